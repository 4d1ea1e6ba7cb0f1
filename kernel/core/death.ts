import type { IDelegateExit } from '../delegate/process.js';

/** To the user, when the process of the plain cells has ended by itself. */
export function deathText(exit: IDelegateExit, final: boolean): string {
  return (
    `The Python process of the plain cells has ended (${causeOf(exit)}). ` +
    (final
      ? 'It keeps ending, thus the kernel ends too.'
      : 'It has been started again: variables of plain cells are lost, ' +
        'worlds and the variables on their ranks are kept.')
  );
}

function causeOf(exit: IDelegateExit): string {
  if (exit.signal === 'SIGKILL') {
    return 'killed by SIGKILL, perhaps because memory ran out';
  }
  if (exit.signal !== null) {
    return `killed by ${exit.signal}`;
  }
  return exit.code === null ? 'it could not be started' : `exit code ${exit.code}`;
}
