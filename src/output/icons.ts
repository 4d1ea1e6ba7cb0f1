import type { RankState } from '../protocol/index.js';

/** What an icon can stand for: a state, or a run whose end is not known. */
export type IconName = RankState | 'lost';

const SVG = 'http://www.w3.org/2000/svg';

// Each state has its own outline, so that it can be told without its colour.
const SHAPES: { [name in IconName]: { path: string; filled: boolean } } = {
  // A dotted ring.
  starting: { path: 'M8 3a5 5 0 1 1 0 10a5 5 0 1 1 0-10', filled: false },
  // Three quarters of a ring, which turns.
  running: { path: 'M8 3a5 5 0 1 1-5 5', filled: false },
  // A tick.
  done: { path: 'M3.2 8.4l3.2 3.2l6.4-7', filled: false },
  // A cross.
  error: { path: 'M4 4l8 8M12 4l-8 8', filled: false },
  // A square, as on a stop button.
  interrupted: { path: 'M4 4h8v8h-8z', filled: true },
  // A filled octagon with a bar, as on a stop sign.
  dead: { path: 'M5.3 1.5h5.4l3.8 3.8v5.4l-3.8 3.8H5.3L1.5 10.7V5.3zM4 7v2h8V7z', filled: true },
  // A broken ring.
  lost: { path: 'M8 3a5 5 0 0 1 5 5M8 13a5 5 0 0 1-5-5', filled: false }
};

/** The icon of a state. It is hidden from screen readers: say the state in words beside it. */
export function stateIcon(name: IconName): SVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('aria-hidden', 'true');
  svg.classList.add('jp-Rankbook-icon', `jp-mod-${name}`);
  const path = document.createElementNS(SVG, 'path');
  const shape = SHAPES[name];
  path.setAttribute('d', shape.path);
  if (shape.filled) {
    path.setAttribute('fill', 'currentColor');
    path.setAttribute('fill-rule', 'evenodd');
  } else {
    path.setAttribute('fill', 'none');
    path.setAttribute('stroke', 'currentColor');
    path.setAttribute('stroke-width', '2');
    path.setAttribute('stroke-linecap', 'round');
    path.setAttribute('stroke-linejoin', 'round');
  }
  svg.append(path);
  return svg;
}
