// Hexadecimal texts and bytes.

const TEXTS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

// The value of each character code below 128; 255 for what is no hexadecimal digit.
const DIGITS = new Uint8Array(128).fill(255);
for (const [value, digit] of [..."0123456789abcdef"].entries()) {
  DIGITS[digit.charCodeAt(0)] = value;
  DIGITS[digit.toUpperCase().charCodeAt(0)] = value;
}

/** The text of bytes, with 0x. */
export function bytesToHex(bytes) {
  let text = "0x";
  for (let position = 0; position < bytes.length; position += 1) text += TEXTS[bytes[position]];
  return text;
}

/** The bytes of a text with 0x. A text of an odd length has a zero in front. */
export function hexToBytes(text) {
  if (!text.startsWith("0x")) throw new Error("a hexadecimal text begins with 0x");
  const digits = text.length - 2;
  const bytes = new Uint8Array((digits + 1) >> 1);
  // The digit of each position of the text; an odd text begins with half of a byte.
  let position = 2;
  let place = 0;
  if (digits % 2 === 1) bytes[place++] = digit(text, position++);
  for (; place < bytes.length; place += 1, position += 2) {
    bytes[place] = (digit(text, position) << 4) | digit(text, position + 1);
  }
  return bytes;
}

function digit(text, position) {
  const value = DIGITS[text.charCodeAt(position)];
  if (value === undefined || value === 255) {
    throw new Error(`character ${position} of the text is not hexadecimal`);
  }
  return value;
}
