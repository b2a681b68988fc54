// Tail: the records of a stage as they pass. Looking consumes nothing. The space bar pauses.

import {clock, el, heads, millis, number, panel, text} from './dom.js';
import {get} from './api.js';
import {meaning} from './reasons.js';
import {store, unwatch, watch} from './store.js';

const MOST = 300;
const OFTEN = 1000;
const STAGES = [['stream', 'In the stream'], ['delivered', 'Done with by the function'], ['rejected', 'Rejected']];

export function tail() {
  const body = el('tbody');
  const error = el('p', {class: 'error', role: 'alert', hidden: true});
  const empty = el('p', {class: 'empty'}, 'Nothing has passed yet. Start a replay, and come back.');
  const status = el('p', {class: 'note', role: 'status'});
  const lag = el('p', {class: 'note'});
  const filter = el('input', {type: 'search', id: 'tail-filter', placeholder: 'passenger_count: 2', autocomplete: 'off', oninput: draw});
  const stage = el('select', {id: 'tail-stage', onchange: restart}, STAGES.map(([value, words]) => el('option', {value}, words)));
  const pause = el('button', {type: 'button', 'aria-pressed': 'false', onclick: toggle, 'aria-keyshortcuts': 'Space'}, 'Pause');
  const table = el('div', {class: 'scroll tall stack', tabindex: 0, role: 'region', 'aria-label': 'Records, scrollable'}, el('table', {},
    heads('Time', 'Shard', 'Became', 'Bytes#', 'Record'), body));
  const view = panel('Tail', '',
    el('div', {class: 'row'}, el('label', {class: 'field', for: 'tail-stage'}, 'Stage', stage),
      el('label', {class: 'field', for: 'tail-filter'}, 'Only records with (text, or member: value)', filter), pause, status),
    lag, error, empty, table);
  let records = [];
  let after = null;
  let paused = false;
  let left = 0;
  let busy = false;

  function restart() {
    records = [];
    after = null;
    left = 0;
    draw();
    look();
  }

  function toggle() {
    paused = !paused;
    pause.setAttribute('aria-pressed', paused);
    text(pause, paused ? 'Go on' : 'Pause');
    draw();
  }

  function key(event) {
    if (event.key === ' ' && !/^(INPUT|SELECT|BUTTON|TEXTAREA)$/.test(event.target.tagName)) {
      event.preventDefault();
      toggle();
    }
  }

  async function look() {
    if (paused || busy || document.hidden) {
      return;
    }
    busy = true;
    const asked = stage.value;
    try {
      const answer = await get(`tail/${asked}?` + new URLSearchParams(after ?? {}));
      if (asked === stage.value) {
        after = answer.next;
        left += answer.left;
        records = [...answer.records.reverse(), ...records].slice(0, MOST);
        error.hidden = true;
        draw();
      }
    } catch (e) {
      // Positions of a stream that is no longer there.
      after = null;
      text(error, e.message);
      error.hidden = false;
    }
    busy = false;
  }

  function matches(record, wanted) {
    if (!wanted) {
      return true;
    }
    const [, member, value] = /^\s*(\w+)\s*[:=]\s*(.*?)\s*$/.exec(wanted) ?? [];
    if (member) {
      try {
        return String(JSON.parse(record.text)[member]) === value;
      } catch (e) {
        return false;
      }
    }
    return (record.text + (record.why ?? '')).toLowerCase().includes(wanted.toLowerCase());
  }

  function draw() {
    const list = records.filter((record) => matches(record, filter.value));
    empty.hidden = list.length > 0;
    table.hidden = list.length === 0;
    text(empty, records.length ? 'No record matches the filter.' : 'Nothing has passed since this was opened. Start a replay, and come back.');
    text(status, (paused ? 'Paused. ' : '') + `${number(list.length)} shown` + (left > 0 ? `, a sample: ${number(left)} more passed` : ''));
    body.replaceChildren(...list.slice(0, 100).map((record) => el('tr', {},
      el('td', {}, clock(record.at)), el('td', {}, record.place.split(':')[0].replace(/^shardId-0*(?=\d)/, '')),
      el('td', {}, record.outcome ? el('span', {class: 'tag', title: meaning(record.why ?? ''), 'data-tone': record.outcome === 'delivered' ? 'good' : record.outcome === 'skipped' ? 'wait' : 'bad'}, record.why ?? record.outcome) : ''),
      el('td', {class: 'n'}, number(record.bytes)), el('td', {class: 'wide'}, record.text))));
  }

  function lags() {
    text(lag, (store.now?.shards ?? []).map((shard) => `Shard ${Number(shard.id.replace(/\D/g, ''))}: ${number(shard.waiting)} waiting, ${millis(shard.ageMillis)} old`).join(' · '));
  }

  document.addEventListener('keydown', key);
  watch(lags);
  look();
  const looks = setInterval(look, OFTEN);
  return {nodes: [view], close() {
    clearInterval(looks);
    unwatch(lags);
    document.removeEventListener('keydown', key);
  }};
}
