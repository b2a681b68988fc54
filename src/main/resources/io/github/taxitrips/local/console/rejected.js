// Rejected records: all that lies in quarantine, where there is one, and the latest ones in memory by reason; one opened whole; and
// a chosen set sent again after a person mended the rule or the data.

import {attempts, bytes, clock, el, number, panel, text} from './dom.js';
import {get, send, told} from './api.js';
import {quarantine} from './quarantine.js';
import {meaning, remedy} from './reasons.js';
import {openRecord} from './record.js';
import {store, unwatch, watch} from './store.js';

const OFTEN = 2000;

export function rejected() {
  if (!told().quarantine) {
    return latest(false);
  }
  const parts = [quarantine(), latest(true)];
  return {nodes: parts.flatMap((part) => part.nodes), close: () => parts.forEach((part) => part.close())};
}

/** What is in memory. Where there is a quarantine, it is sent again from there alone, which notes what was. */
function latest(isLookedAtOnly) {
  const body = el('tbody', {id: 'rejected-rows'});
  const reasons = el('select', {id: 'reason', onchange: draw});
  const {error, attempt} = attempts();
  const status = el('p', {class: 'note', role: 'status'});
  const words = el('p', {class: 'lead'});
  const empty = el('p', {class: 'empty'}, 'Nothing was rejected since the server was started.');
  const again = el('button', {class: 'primary', type: 'button', disabled: true, onclick: () => attempt(() => sendAgain({ids: [...chosen]}))}, 'Send again');
  const all = el('input', {type: 'checkbox', 'aria-label': 'Choose all', onchange: () => {
    list().filter((one) => one.whole).slice(0, 100).forEach((one) => all.checked ? chosen.add(one.id) : chosen.delete(one.id));
    draw();
  }});
  const table = el('div', {class: 'scroll tall stack', tabindex: 0, role: 'region', 'aria-label': 'Rejected records, scrollable'}, el('table', {},
    el('thead', {}, el('tr', {}, isLookedAtOnly ? null : el('td', {}, all), ...['Time', 'Reason', 'Bytes', 'Record', 'Whole'].map((name) => el('th', {scope: 'col', class: name === 'Bytes' ? 'n' : null}, name)))), body));
  const view = panel(isLookedAtOnly ? 'Just now' : 'Rejected', '',
    el('p', {class: 'lead'}, isLookedAtOnly
      ? 'The latest since the server was started, in memory. They come into quarantine as well, with its next file, and are sent again from there.'
      : 'These are the latest, kept in memory: no quarantine is set, so they are nowhere else but in the stream. Start with --taxi-trips.quarantine.delivery-stream-name=rejected-trips, and all of them are kept, counted and sent again from here.'),
    el('div', {class: 'row'}, el('label', {class: 'field', for: 'reason'}, 'Reason', reasons), el('button', {type: 'button', onclick: load}, isLookedAtOnly ? 'Look at the latest' : 'Look again'), isLookedAtOnly ? null : again, status),
    words, error, empty, table);
  const chosen = new Set();
  let records = [];
  let known = null;
  let looked = 0;

  function load() {
    looked = Date.now();
    return attempt(async () => {
      records = (await get('rejected')).reverse();
      const counts = {};
      for (const {record} of records) {
        counts[record.why] = (counts[record.why] ?? 0) + 1;
      }
      const kept = reasons.value;
      reasons.replaceChildren(el('option', {value: ''}, `All (${number(records.length)})`),
        ...Object.keys(counts).sort((a, b) => counts[b] - counts[a]).map((reason) => el('option', {value: reason}, `${reason} (${number(counts[reason])})`)));
      reasons.value = counts[kept] ? kept : '';
      draw();
    });
  }

  async function sendAgain(wish) {
    await send('POST', 'rejected/replay', wish);
    text(status, (wish.mended !== undefined ? 'The mended record was' : number(wish.ids.length) + ' records were') + ' sent into the stream again.');
    chosen.clear();
    all.checked = false;
    draw();
  }

  function list() {
    return records.filter((one) => !reasons.value || one.record.why === reasons.value);
  }

  function draw() {
    const wanted = list();
    empty.hidden = wanted.length > 0;
    table.hidden = wanted.length === 0;
    text(words, reasons.value ? `${meaning(reasons.value)}. ${remedy(reasons.value)}` : '');
    again.disabled = chosen.size === 0;
    text(again, chosen.size ? `Send ${number(chosen.size)} again` : 'Send again');
    body.replaceChildren(...wanted.slice(0, 100).map((one) => el('tr', {},
      isLookedAtOnly ? null : el('td', {}, el('input', {type: 'checkbox', 'aria-label': `Choose rejected record ${one.id}`, checked: chosen.has(one.id), disabled: !one.whole, onchange: (event) => {
        event.target.checked ? chosen.add(one.id) : chosen.delete(one.id);
        draw();
        body.querySelector(`[aria-label="Choose rejected record ${one.id}"]`)?.focus();
      }})),
      el('td', {}, clock(one.record.at)), el('td', {}, one.record.why), el('td', {class: 'n'}, bytes(one.record.bytes)), el('td', {class: 'wide'}, one.record.text.slice(0, 160)),
      el('td', {}, el('button', {class: 'quiet', type: 'button', disabled: !one.whole, 'aria-label': `Open rejected record ${one.id}`, onclick: () => open(one)}, 'Open')))));
  }

  function open(one) {
    return openRecord(`Rejected record ${one.id}`, {...one.record, whole: one.whole}, 'rejected/' + one.id,
      isLookedAtOnly ? null : (mended) => sendAgain({ids: [], mended}));
  }

  /** Looks again when more were rejected. */
  function state() {
    const now = store.now?.measures.rejected;
    if (now !== known && Date.now() - looked > OFTEN) {
      known = now;
      load();
    }
  }

  watch(state);
  return {nodes: [view], close: () => unwatch(state)};
}
