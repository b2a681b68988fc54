// One rejected record, whole: as text that can be mended, unpacked if it is compressed, or its bytes.

import {bytes, el, number, text} from './dom.js';
import {meaning, remedy} from './reasons.js';

const HEX_BYTES = 4096;
const UNPACKED = 1 << 20;

/**
 * Opens it. The record has why, place, bytes and whole; path is where its bytes are. resend(mended) sends a text in its place
 * or throws why not, and is null where that is done elsewhere.
 */
export async function openRecord(name, record, path, resend) {
  const area = el('textarea', {id: 'mend', spellcheck: 'false', rows: 14, readonly: !resend || !record.whole});
  const told = el('p', {class: 'note', role: 'status'}, 'Loading …');
  const trouble = el('p', {class: 'error', role: 'alert', hidden: true});
  const go = el('button', {class: 'primary', type: 'button', disabled: true, onclick: again}, 'Send as it is here');
  const dialog = el('dialog', {'aria-label': name, onclose: () => dialog.remove()},
    el('header', {}, el('h2', {}, name), el('form', {method: 'dialog'}, el('button', {}, 'Close'))),
    el('p', {}, `${record.why}: ${meaning(record.why)}. ${remedy(record.why)}`), el('p', {class: 'note mono'}, record.place), told,
    el('label', {class: 'field', for: 'mend'}, resend ? 'The record, which can be mended' : 'The record', area), trouble,
    resend && el('div', {class: 'row end'}, go));

  /** Stays open for as long as it is not sent, since the text is nowhere else. */
  async function again() {
    go.disabled = true;
    trouble.hidden = true;
    try {
      await resend(area.value);
      dialog.close();
    } catch (e) {
      fail(e);
      go.disabled = false;
    }
  }

  function fail(e) {
    text(trouble, e.message);
    trouble.hidden = false;
  }

  document.body.append(dialog);
  dialog.showModal();
  try {
    const response = await fetch('/console/api/' + path);
    if (!response.ok) {
      throw new Error((await response.json()).detail);
    }
    const data = new Uint8Array(await response.arrayBuffer());
    const [words, value, isText] = await read(data);
    area.value = value;
    area.readOnly ||= !isText;
    go.disabled = !isText || !record.whole;
    text(told, [
      record.whole ? `${number(data.length)} bytes${words}` : `The first ${number(data.length)} of ${bytes(record.bytes)}${words}: the rest was too large to be kept, so it can be sent again by its producer alone`,
      record.sent && 'it was sent again before',
    ].filter(Boolean).join('; ') + '.');
  } catch (e) {
    text(told, '');
    fail(e);
  }
}

/** Returns what the bytes are, how a person reads them, and whether that can be sent in their place. */
async function read(data) {
  const plain = utf8(data);
  if (plain !== null) {
    return ['', plain, true];
  }
  const format = data[0] === 0x1f && data[1] === 0x8b ? 'gzip' : data[0] === 0x78 ? 'deflate' : null;
  const unpacked = format && await unpack(data, format);
  const inner = unpacked && utf8(unpacked);
  if (inner) {
    return [`, packed with ${format}, here unpacked`, inner, true];
  }
  const hex = Array.from(data.subarray(0, HEX_BYTES), (one) => one.toString(16).padStart(2, '0')).join(' ');
  return [`, no text: in hexadecimal${data.length > HEX_BYTES ? ', the first ' + number(HEX_BYTES) : ''}`, hex, false];
}

function utf8(data) {
  try {
    return new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(data);
  } catch (e) {
    return null;
  }
}

/** Unpacks, as far as a megabyte; null for what is damaged or larger. */
async function unpack(data, format) {
  const parts = [];
  let size = 0;
  try {
    const reader = new Blob([data]).stream().pipeThrough(new DecompressionStream(format)).getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      parts.push(part.value);
      size += part.value.length;
      if (size > UNPACKED) {
        await reader.cancel();
        return null;
      }
    }
  } catch (e) {
    return null;
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
