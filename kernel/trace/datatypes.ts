/** Names that mean the same element type where `long` has 64 bits. */
const SAME: { [name: string]: string } = {
  CHAR: 'INT8_T',
  SIGNED_CHAR: 'INT8_T',
  SHORT: 'INT16_T',
  INT: 'INT32_T',
  LONG: 'INT64_T',
  LONG_LONG: 'INT64_T',
  LONG_LONG_INT: 'INT64_T',
  AINT: 'INT64_T',
  COUNT: 'INT64_T',
  OFFSET: 'INT64_T',
  UNSIGNED_CHAR: 'UINT8_T',
  UNSIGNED_SHORT: 'UINT16_T',
  UNSIGNED: 'UINT32_T',
  UNSIGNED_INT: 'UINT32_T',
  UNSIGNED_LONG: 'UINT64_T',
  UNSIGNED_LONG_LONG: 'UINT64_T',
  C_BOOL: 'BOOL',
  CXX_BOOL: 'BOOL',
  REAL4: 'FLOAT',
  REAL: 'FLOAT',
  REAL8: 'DOUBLE',
  DOUBLE_PRECISION: 'DOUBLE',
  C_FLOAT_COMPLEX: 'COMPLEX8',
  C_COMPLEX: 'COMPLEX8',
  CXX_FLOAT_COMPLEX: 'COMPLEX8',
  C_DOUBLE_COMPLEX: 'COMPLEX16',
  CXX_DOUBLE_COMPLEX: 'COMPLEX16'
};

const BASIC = new Set([
  ...Object.values(SAME),
  'FLOAT',
  'DOUBLE',
  'LONG_DOUBLE',
  'WCHAR',
  'COMPLEX',
  'DOUBLE_COMPLEX'
]);

/**
 * Whether two element types, by their MPI names, surely differ. Bytes, packed data and
 * derived types fit anything here: their elements are not known by name.
 */
export function typesDiffer(a: string | null, b: string | null): boolean {
  const [one, other] = [basicOf(a), basicOf(b)];
  return one !== null && other !== null && one !== other;
}

/**
 * Whether the bytes of so many elements are surely those that MPI moves: of derived types the
 * buffer alone does not tell how many there are.
 */
export function isPlain(dtype: string | null): boolean {
  return dtype === 'MPI.BYTE' || basicOf(dtype) !== null;
}

function basicOf(name: string | null): string | null {
  const plain = name?.replace(/^MPI[._]/, '') ?? '';
  const basic = SAME[plain] ?? plain;
  return BASIC.has(basic) ? basic : null;
}

/** `10 MPI.DOUBLE (80 bytes)`, as far as it is known. */
export function amountText(of: {
  bytes: number | null;
  count: number | null;
  dtype: string | null;
}): string {
  const elements = of.count === null || of.dtype === null ? '' : `${of.count} ${of.dtype}`;
  const bytes = of.bytes === null ? '' : `${of.bytes} bytes`;
  if (elements && bytes) {
    return `${elements} (${bytes})`;
  }
  return elements || bytes || 'a message';
}
