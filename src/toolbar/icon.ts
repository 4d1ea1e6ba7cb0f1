import { LabIcon } from '@jupyterlab/ui-components';

/** Four processes that are joined. */
const SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 16 16">
  <g class="jp-icon3" fill="#616161">
    <circle cx="3.5" cy="3.5" r="2.2"/><circle cx="12.5" cy="3.5" r="2.2"/>
    <circle cx="3.5" cy="12.5" r="2.2"/><circle cx="12.5" cy="12.5" r="2.2"/>
    <path d="M5.5 3h5v1h-5zM5.5 12h5v1h-5zM3 5.5h1v5H3zM12 5.5h1v5h-1z"/>
  </g>
</svg>`;

export const ranksIcon = new LabIcon({ name: 'rankbook:ranks', svgstr: SVG });
