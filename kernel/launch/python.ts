/**
 * Arguments that run `main()` of a module of ours. Not `-m`, which would put the current
 * folder first on the path: a notebook's `random.py` must not get into our imports.
 */
export function pythonProgram(module: string): string[] {
  return [
    '-c',
    `import sys; sys.path[:] = [p for p in sys.path if p]; from ${module} import main; main()`
  ];
}
