/**
 * The lengths of the codes of the 256 bytes and of the end of a string (EOS), as digits to the base of 36. They determine the codes, because
 * the code of HPACK is canonical (RFC 7541, appendix B): it counts up over the symbols in the order of their lengths, then of their values.
 */
const LENGTHS =
  'dnsssssssoussussssssssusssssssss6aacd68baa8b8666555666666678f6ca' +
  'd67777777777777777777777878djde6f56565666577666567655677777fbeds' +
  'kmkkmmmnmnnnnnonoomnonnnnlmnmnnomlkmmnnlnmmolmnnllmlnmnnkmmmnmmn' +
  'qqkjmnmpqqqrrqopjlqrrqrollqqsrrrkoklmllnmmppooqnqrqqrrrrrsrrrrrq' +
  'u';
const EOS = 256;

const CODE_LENGTHS = Uint8Array.from(LENGTHS, (digit) => Number.parseInt(digit, 36));
const CODES = codesOf(CODE_LENGTHS);

function codesOf(lengths: Uint8Array): Uint32Array {
  const symbols = [...lengths.keys()].sort((a, b) => lengths[a]! - lengths[b]! || a - b);
  const codes = new Uint32Array(lengths.length);
  let code = 0;
  let length = 0;
  for (const symbol of symbols) {
    code = code * 2 ** (lengths[symbol]! - length);
    length = lengths[symbol]!;
    codes[symbol] = code++;
  }
  return codes;
}

/** Bits of an entry of the decoder's table, above the next state and the decoded byte, which take eight each. */
const EMITS = 1 << 16;
/** The string may end here: the bits since the last byte are the beginning of EOS, and fewer than eight (RFC 7541, 5.2). */
const MAY_END = 1 << 17;
const FAILS = 1 << 18;
const [STATE_BITS, BYTE_BITS] = [0xff, 8];
/** A step decodes so many bits: no code is shorter, so that a step emits at most one byte. */
const STEP_BITS = 4;

/** For each inner node of the code's tree, and each next four bits, an entry as above. */
const STEPS = stepsOf();

/** An inner node of the code's tree: its children, of which a leaf is ~symbol. `mayEnd`: a string may end there. */
type Node = { children: [number, number]; mayEnd: boolean };

function treeOf(): Node[] {
  const nodes: Node[] = [{ children: [0, 0], mayEnd: true }];
  for (const [symbol, length] of CODE_LENGTHS.entries()) {
    let node = 0;
    for (let bit = length - 1; bit > 0; bit--) {
      const side = (CODES[symbol]! >>> bit) & 1;
      const { children, mayEnd } = nodes[node]!;
      // A string ends with ones, fewer than eight.
      if (children[side] === 0)
        children[side] = nodes.push({ children: [0, 0], mayEnd: mayEnd && side === 1 && length - bit < 8 }) - 1;
      node = children[side]!;
    }
    nodes[node]!.children[CODES[symbol]! & 1] = ~symbol;
  }
  return nodes;
}

function stepsOf(): Uint32Array {
  const nodes = treeOf();
  const steps = new Uint32Array(nodes.length << STEP_BITS);
  for (const at of steps.keys()) {
    let node = at >>> STEP_BITS;
    let entry = 0;
    for (let bit = STEP_BITS - 1; bit >= 0; bit--) {
      node = nodes[node]!.children[(at >>> bit) & 1]!;
      if (node >= 0) continue;
      entry |= ~node === EOS ? FAILS : EMITS | (~node << BYTE_BITS);
      node = 0;
    }
    steps[at] = entry | node | (nodes[node]!.mayEnd ? MAY_END : 0);
  }
  return steps;
}

/** Decodes `bytes` from `from` to `to` into `into`. Returns the number of decoded bytes, -1 for an invalid code. `into` has room for 8/5 as many. */
export function huffmanDecode(bytes: Uint8Array, from: number, to: number, into: Uint8Array): number {
  let length = 0;
  let entry = MAY_END;
  for (let half = 2 * from; half < 2 * to; half++) {
    const byte = bytes[half >>> 1]!;
    const next = (half & 1) === 0 ? byte >>> STEP_BITS : byte & 15;
    entry = STEPS[((entry & STATE_BITS) << STEP_BITS) | next]!;
    if (entry >= FAILS) return -1;
    if ((entry & EMITS) !== 0) into[length++] = entry >>> BYTE_BITS;
  }
  return (entry & MAY_END) !== 0 ? length : -1;
}

/** The length of a text in bytes when it is coded. A character is a byte. */
export function huffmanLength(text: string): number {
  let bits = 0;
  for (let i = 0; i < text.length; i++) bits += CODE_LENGTHS[text.charCodeAt(i) & 0xff]!;
  return (bits + 7) >>> 3;
}

/** Codes a text into `into` at `at`, where there is room for it; returns where it ends. */
export function huffmanEncode(text: string, into: Uint8Array, at: number): number {
  let to = at;
  let bits = 0; // fewer than eight are pending, above the code
  let pending = 0;
  for (let i = 0; i < text.length; i++) {
    const symbol = text.charCodeAt(i) & 0xff;
    let length = CODE_LENGTHS[symbol]!;
    const code = CODES[symbol]!;
    while (length > 0) {
      const taken = Math.min(8 - pending, length);
      length -= taken;
      bits = (bits << taken) | ((code >>> length) & ((1 << taken) - 1));
      pending += taken;
      if (pending < 8) continue;
      into[to++] = bits;
      bits = 0;
      pending = 0;
    }
  }
  if (pending > 0) into[to++] = (bits << (8 - pending)) | (0xff >>> pending);
  return to;
}
