// The latest hundred invocations, newest first; a click opens one.

import {bytes, clock, el, heads, millis, number, panel} from './dom.js';
import {get} from './api.js';
import {meaning} from './reasons.js';
import {store, unwatch, watch} from './store.js';

const RESULTS = {
  DELIVERED: ['delivered', 'good', ''],
  ALL_FAILED: ['all failed', 'bad', 'Every record failed at the first attempt; the batch comes again and repeats nothing.'],
  EXHAUSTED: ['retries exhausted', 'bad', 'No retry was left; the batch comes again from the first record that failed. See the faults, or Firehose’s quota.'],
  OUT_OF_TIME: ['out of time', 'bad', 'The next wait would have outlived the time budget. Lower taxi-trips.retry.max-wait, or raise the function’s timeout.'],
  REFUSED: ['refused', 'bad', 'Firehose refuses for good, whatever is tried: see its error below, and mend the cause.'],
  INTERRUPTED: ['interrupted', 'bad', 'The invocation was stopped from outside; the batch comes again.'],
  BROKEN: ['broken', 'bad', 'The function ran out of something, such as memory.'],
  FAILED: ['lost', 'bad', 'The environment died, or the function outlived its time, before it could tell; the batch comes again.'],
};

export function invocations(most = 100) {
  const body = el('tbody', {id: 'invocation-rows'});
  const empty = el('p', {class: 'empty'}, 'No invocation yet. Start a replay, or post an event.');
  const table = el('div', {class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Invocations, scrollable'}, el('table', {},
    heads('Time', 'Shard', 'Result', 'Received#', 'Delivered#', 'Rejected#', 'Skipped#', 'Undelivered#', 'Sent again#', 'Calls#', 'Took#', 'Billed#', 'Details'), body));
  const view = panel(most < 100 ? 'Latest invocations' : 'Invocations', '', empty, table);
  view.id = 'invocations';
  view.head.append(most < 100 ? el('a', {class: 'note', href: '#invocations'}, 'the latest hundred') : el('p', {class: 'note'}, 'the latest hundred, newest first'));

  function draw(kind) {
    if (kind === 'state' && body.childElementCount > 0) {
      return;
    }
    const list = store.invocations.slice(0, most);
    empty.hidden = list.length > 0;
    table.hidden = list.length === 0;
    const known = new Map([...body.children].map((row) => [row.dataset.id, row]));
    const focused = document.activeElement?.closest?.('tr')?.dataset.id;
    body.replaceChildren(...list.map((one) => known.get(String(one.id)) ?? row(one, known.size > 0)));
    if (focused && body.contains(known.get(focused))) {
      known.get(focused).querySelector('button').focus();
    }
  }

  watch(draw);
  return {nodes: [view], close: () => unwatch(draw)};
}

function row(one, isNew) {
  const m = one.measures;
  const [words, tone] = RESULTS[one.result];
  const cell = (value) => el('td', {class: 'n'}, value === undefined ? '' : number(value));
  return el('tr', {'data-id': one.id, 'data-new': isNew},
    el('td', {}, clock(one.at)), el('td', {}, one.shard.replace(/^shardId-0*(?=\d)/, '') || 'posted'),
    el('td', {}, el('span', {class: 'tag', 'data-tone': tone}, words)),
    cell(m.received ?? one.kinesisRecords), cell(m.delivered), cell(m.rejected), cell(m.skipped), cell(m.undelivered), cell(m.retried), cell(m.calls),
    el('td', {class: 'n'}, m.deliveryTime === undefined ? '' : millis(m.deliveryTime)), el('td', {class: 'n'}, m.billedBytes === undefined ? '' : bytes(m.billedBytes)),
    el('td', {}, el('button', {class: 'quiet', type: 'button', 'aria-label': `Open invocation ${one.id}`, onclick: () => open(one.id)}, 'Open')));
}

async function open(id) {
  const content = el('div', {}, el('p', {class: 'note'}, 'Loading …'));
  const dialog = el('dialog', {'aria-label': `Invocation ${id}`, onclose: () => dialog.remove()},
    el('header', {}, el('h2', {}, `Invocation ${id}`), el('form', {method: 'dialog'}, el('button', {}, 'Close'))), content);
  document.body.append(dialog);
  dialog.showModal();
  try {
    content.replaceChildren(...details(await get('invocations/' + id)));
  } catch (e) {
    content.replaceChildren(el('p', {class: 'error', role: 'alert'}, e.message));
  }
}

function details(one) {
  const d = one.details;
  const [words, , remedy] = RESULTS[one.result];
  return [
    el('p', {}, `${clock(one.at)}, ${one.shard || 'posted'}, ${number(one.kinesisRecords)} Kinesis records: ${words}. ${remedy}`),
    one.requestId && el('p', {class: 'note mono'}, one.requestId),
    ...d.words.map((word) => el('p', {class: 'error'}, word)),
    Object.keys(d.reasons).length > 0 && el('section', {}, el('h3', {}, 'Rejected'), el('table', {}, heads('Reason', 'Records#', 'Meaning'), el('tbody', {},
      Object.entries(d.reasons).map(([reason, count]) => el('tr', {}, el('td', {}, reason), el('td', {class: 'n'}, number(count)), el('td', {}, meaning(reason))))))),
    d.calls.length > 0 && el('section', {}, el('h3', {}, 'Calls of Firehose'), el('div', {class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Calls'}, el('table', {},
      heads('Round#', 'Records#', 'Took#', 'Billed#', 'Failed'), el('tbody', {}, d.calls.map((call) => el('tr', {},
        el('td', {class: 'n'}, number(call.attempt)), el('td', {class: 'n'}, number(call.records)), el('td', {class: 'n'}, millis(call.millis)), el('td', {class: 'n'}, bytes(call.billedBytes)),
        el('td', {}, Object.entries(call.errors).map(([code, count]) => `${number(count)} × ${code}`).join(', ') || 'none'))))))),
    d.log && el('section', {}, el('h3', {}, 'Log line'), el('pre', {}, d.log)),
    d.records.length > 0 && el('section', {}, el('h3', {}, 'What came in, and what it became' + (d.left > 0 ? ` (${number(d.left)} more)` : '')), el('div', {class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Records'}, el('table', {},
      heads('Became', 'Why', 'Record'), el('tbody', {}, d.records.map((record) => el('tr', {},
        el('td', {}, el('span', {class: 'tag', 'data-tone': record.outcome === 'delivered' ? 'good' : record.outcome === 'skipped' ? 'wait' : 'bad'}, record.outcome)),
        el('td', {}, record.why ?? ''), el('td', {class: 'wide'}, record.text))))))),
  ].filter(Boolean);
}
