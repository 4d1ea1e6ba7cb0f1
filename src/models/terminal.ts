/**
 * What a terminal shows of a text with carriage returns and backspaces, as progress bars
 * use them. Linear in the text.
 */
export function foldControls(text: string): string {
  if (!text.includes('\r') && !text.includes('\b')) {
    return text;
  }
  return text.split('\n').map(foldLine).join('\n');
}

function foldLine(line: string): string {
  // A carriage return right before the newline changes nothing.
  line = line.endsWith('\r') ? line.slice(0, -1) : line;
  if (!line.includes('\r') && !line.includes('\b')) {
    return line;
  }
  const shown: string[] = [];
  let at = 0;
  for (const char of line) {
    if (char === '\r') {
      at = 0;
    } else if (char === '\b') {
      at = Math.max(0, at - 1);
    } else {
      shown[at] = char;
      at += 1;
    }
  }
  return shown.join('');
}
