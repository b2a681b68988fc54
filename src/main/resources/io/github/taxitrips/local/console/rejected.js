// Rejected records by reason; one opened whole; and a chosen set sent again after a person mended the rule or the data.

import {bytes, clock, el, heads, number, panel, text} from './dom.js';
import {get, send, told} from './api.js';
import {meaning, remedy} from './reasons.js';

export function rejected() {
  const about = told();
  const body = el('tbody');
  const reasons = el('select', {id: 'reason', onchange: draw});
  const error = el('p', {class: 'error', role: 'alert', hidden: true});
  const status = el('p', {class: 'note', role: 'status'});
  const words = el('p', {class: 'lead'});
  const empty = el('p', {class: 'empty'}, 'Nothing was rejected since the server was started.');
  const again = el('button', {class: 'primary', type: 'button', disabled: true, onclick: () => replay({ids: [...chosen]})}, 'Send again');
  const all = el('input', {type: 'checkbox', 'aria-label': 'Choose all', onchange: () => {
    list().filter((one) => one.whole).slice(0, 100).forEach((one) => all.checked ? chosen.add(one.id) : chosen.delete(one.id));
    draw();
  }});
  const table = el('div', {class: 'scroll tall stack', tabindex: 0, role: 'region', 'aria-label': 'Rejected records, scrollable'}, el('table', {},
    el('thead', {}, el('tr', {}, el('td', {}, all), ...['Time', 'Reason', 'Bytes', 'Record', 'Whole'].map((name) => el('th', {scope: 'col', class: name === 'Bytes' ? 'n' : null}, name)))), body));
  const view = panel('Rejected', '',
    el('p', {class: 'lead'}, about.quarantine
      ? `These are the latest. All of them are in the quarantine, ${about.quarantine}: the SQL question about what was rejected asks it, and “desk redrive” sends them again.`
      : 'These are the latest, kept in memory: no quarantine is set (taxi-trips.quarantine.delivery-stream-name), so they are nowhere else but in the stream.'),
    el('div', {class: 'row'}, el('label', {class: 'field', for: 'reason'}, 'Reason', reasons), el('button', {type: 'button', onclick: load}, 'Look again'), again, status),
    words, error, empty, table);
  const chosen = new Set();
  let records = [];

  async function attempt(action) {
    error.hidden = true;
    try {
      return await action();
    } catch (e) {
      text(error, e.message);
      error.hidden = false;
      return null;
    }
  }

  function load() {
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

  function replay(wish) {
    return attempt(async () => {
      await send('POST', 'rejected/replay', wish);
      text(status, (wish.mended !== undefined ? 'The mended record was' : number(wish.ids.length) + ' records were') + ' sent into the stream again.');
      chosen.clear();
      all.checked = false;
      draw();
    });
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
      el('td', {}, el('input', {type: 'checkbox', 'aria-label': `Choose record ${one.id}`, checked: chosen.has(one.id), disabled: !one.whole, onchange: (event) => {
        event.target.checked ? chosen.add(one.id) : chosen.delete(one.id);
        draw();
        body.querySelector(`[aria-label="Choose record ${one.id}"]`)?.focus();
      }})),
      el('td', {}, clock(one.record.at)), el('td', {}, one.record.why), el('td', {class: 'n'}, bytes(one.record.bytes)), el('td', {class: 'wide'}, one.record.text.slice(0, 160)),
      el('td', {}, el('button', {class: 'quiet', type: 'button', disabled: !one.whole, 'aria-label': `Open record ${one.id}`, onclick: () => open(one)}, 'Open')))));
  }

  async function open(one) {
    const area = el('textarea', {id: 'mend', spellcheck: 'false', rows: 14});
    const trouble = el('p', {class: 'error', role: 'alert', hidden: true});
    const dialog = el('dialog', {'aria-label': `Rejected record ${one.id}`, onclose: () => dialog.remove()},
      el('header', {}, el('h2', {}, `Rejected record ${one.id}`), el('form', {method: 'dialog'}, el('button', {}, 'Close'))),
      el('p', {}, `${one.record.why}: ${meaning(one.record.why)}. ${remedy(one.record.why)}`), el('p', {class: 'note mono'}, one.record.place),
      el('label', {class: 'field', for: 'mend'}, 'The record, which can be mended', area), trouble,
      el('div', {class: 'row end'}, el('button', {class: 'primary', type: 'button', onclick: () => { dialog.close(); replay({ids: [], mended: area.value}); }}, 'Send as it is here')));
    document.body.append(dialog);
    dialog.showModal();
    try {
      const response = await fetch('/console/api/rejected/' + one.id);
      if (!response.ok) {
        throw new Error((await response.json()).detail);
      }
      area.value = await response.text();
    } catch (e) {
      text(trouble, e.message);
      trouble.hidden = false;
    }
  }

  load();
  return {nodes: [view], close() {}};
}
