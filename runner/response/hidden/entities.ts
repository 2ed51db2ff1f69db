import { utf8 } from './units.ts';

/** The characters of the longest name, or number. */
export const LONGEST_ENTITY = 10;
const NAMED: Record<string, readonly string[]> = {
  ...{ amp: ['&'], lt: ['<'], gt: ['>'], quot: ['"'], apos: ["'"], nbsp: [' ', utf8('\u00a0')], Tab: ['\t'] },
  ...{ NewLine: ['\n'], sol: ['/'], bsol: ['\\'], colon: [':'], semi: [';'], equals: ['='], plus: ['+'], num: ['#'] },
  ...{
    dollar: ['$'],
    percnt: ['%'],
    commat: ['@'],
    excl: ['!'],
    quest: ['?'],
    lowbar: ['_'],
    ast: ['*'],
    comma: [','],
  },
  ...{ period: ['.'], lpar: ['('], rpar: [')'], lbrack: ['['], rbrack: [']'], lsqb: ['['], rsqb: [']'], Hat: ['^'] },
  ...{ lbrace: ['{'], rbrace: ['}'], lcub: ['{'], rcub: ['}'], vert: ['|'], verbar: ['|'], grave: ['`'] },
};

/** The characters of an entity: "#39", "#x27" or "apos"; none for another text. */
export function entityOf(name: string): readonly string[] {
  const [, hex, decimal] = /^#(?:[xX]([0-9A-Fa-f]{1,8})|([0-9]{1,8}))$/.exec(name) ?? [];
  if (hex === undefined && decimal === undefined) return Object.hasOwn(NAMED, name) ? NAMED[name]! : [];
  return [characterOf(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16))];
}

/** The bytes of the character with a number; none beyond Unicode. */
export function characterOf(code: number): string {
  return code > 0x10_ffff ? '' : utf8(String.fromCodePoint(code));
}
