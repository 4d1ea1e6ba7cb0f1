// What JupyterLab's packages ask of a browser when they are loaded and jsdom does not have.

class DragEventStub extends Event {}

Object.assign(globalThis, { DragEvent: DragEventStub });

window.matchMedia ??= query =>
  ({
    matches: false,
    media: query,
    addEventListener: () => undefined,
    removeEventListener: () => undefined
  }) as unknown as MediaQueryList;
