// The flow: producer, stream, function, Firehose, lake, each with its rate, totals and state; and the sum that must hold.

import {bytes, el, figure, millis, number, panel, svg, text} from './dom.js';
import {told} from './api.js';
import {countDuplicates, month, putRate, rate, store, unwatch, watch} from './store.js';

export function flow() {
  const stages = {
    producer: stage('Producer', 'records/s'),
    stream: stage('Stream', 'waiting'),
    function: stage('Function', 'records/s'),
    firehose: stage('Firehose', 'billed/s'),
    lake: stage('Lake', 'rows'),
  };
  const sum = el('p', {class: 'sum', id: 'sum'});
  const view = panel('Flow', '', el('ol', {class: 'flow'}, Object.values(stages).map((one) => one.node)), sum);
  view.id = 'flow';
  function draw() {
    const now = store.now;
    const about = told();
    if (!now || !about) {
      return;
    }
    const m = now.measures;
    const replay = now.replay;
    const busy = replay && (replay.phase === 'running' || replay.phase === 'paused');
    stages.producer.show(figure(putRate()), busy ? replay.phase : 'idle', busy ? 'good' : '', [
      ['in the stream', number(now.put)],
      ['sent by this page', replay ? number(replay.records) : '0'],
      ['not taken at first', replay ? number(replay.throttled) : '0', replay && replay.throttled > 0],
    ]);
    const waiting = now.shards.reduce((all, shard) => all + shard.waiting, 0);
    stages.stream.show(figure(waiting), waiting ? 'behind' : 'drained', waiting ? 'wait' : 'good', now.shards.map((shard) => [
      'shard ' + Number(shard.id.replace(/\D/g, '')), number(shard.waiting) + ' · ' + millis(shard.ageMillis),
    ]));
    const mapping = now.mapping;
    stages.function.show(figure(rate('received')), mapping.underWay ? mapping.underWay + ' in flight' : 'waiting', mapping.underWay ? 'wait' : '', [
      ['invocations', number(now.invocations)],
      ['failed', number(mapping.failed), mapping.failed > 0],
      ['in part', number(mapping.partial)],
      ['given up', number(mapping.discardedRecords), mapping.discardedRecords > 0],
    ]);
    const f = now.firehose;
    const billed = rate('billedBytes', 10);
    const refused = rate('throttled', 5) + rate('retried', 5) + rate('undelivered', 5) > 0;
    stages.firehose.show(bytes(billed), refused ? 'refusing some' : 'taking all', refused ? 'bad' : 'good', [
      ['calls, failed', number(f.calls) + ', ' + number(f.failedCalls), f.failedCalls > 0],
      ['sent again', number(m.retried), m.retried > 0],
      ['billed for actual', f.bytes ? (f.billedBytes / f.bytes).toFixed(1) + ' ×' : '–', f.billedBytes > 2 * f.bytes],
      ['a month at this rate', '$' + figure(month(billed))],
    ]);
    const buffer = now.buffers.find((one) => one.stream === about.deliveryStream);
    const table = now.files[about.table] || {files: 0, rows: 0, bytes: 0};
    const wrong = now.files[about.table + 'error'];
    countDuplicates();
    const {duplicates} = store;
    stages.lake.show(figure(table.rows), buffer.bytes || buffer.waiting ? 'next file in ' + millis(Math.max(0, buffer.dueMillis)) : 'nothing buffered', buffer.bytes ? 'wait' : '', [
      ['files', number(table.files) + ' · ' + bytes(table.bytes)],
      ['buffered', bytes(buffer.bytes) + ' of ' + bytes(buffer.capacity)],
      ['not converted', wrong ? number(wrong.rows) : '0', Boolean(wrong)],
      ['duplicates', duplicates == null ? '–' : number(duplicates), duplicates > 0],
    ], buffer.bytes / buffer.capacity);
    const parts = ['delivered', 'undelivered', 'skipped', 'rejected'];
    const holds = m.received === parts.reduce((all, part) => all + m[part], 0);
    sum.dataset.holds = holds;
    const key = parts.map((part) => m[part]).join();
    if (sum.dataset.key !== key) {
      sum.dataset.key = key;
      sum.replaceChildren(
        term(m.received, 'received'), el('span', {class: 'op'}, holds ? '=' : '≠'),
        ...parts.flatMap((part, i) => [i ? el('span', {class: 'op'}, '+') : null, term(m[part], part)]).filter(Boolean),
        el('span', {class: 'note'}, holds ? 'every record is accounted for' : 'records are missing: please report this'));
    }
  }

  watch(draw);
  return {nodes: [view], close: () => unwatch(draw)};
}

function term(value, name) {
  return el('span', {}, el('b', {'data-measure': name}, number(value)), ' ' + name);
}

function stage(title, unit) {
  const state = el('span', {class: 'state'});
  const value = el('span', {}, '–');
  const facts = el('dl', {class: 'facts'});
  const bar = svg('rect', {width: 0, height: 4});
  const meter = el('div', {class: 'meter', hidden: true}, svg('svg', {viewBox: '0 0 100 4', preserveAspectRatio: 'none', 'aria-hidden': 'true'}, bar));
  const rows = [];
  return {
    node: el('li', {class: 'stage', id: 'stage-' + title.toLowerCase()},
      el('h3', {}, title, state), el('p', {class: 'figure'}, value, el('small', {}, unit)), meter, facts),
    show(amount, said, tone, list, full) {
      text(value, amount);
      text(state, said);
      state.dataset.tone = tone;
      if (full !== undefined) {
        meter.hidden = false;
        bar.setAttribute('width', Math.min(100, 100 * full));
      }
      list.forEach(([name, fact, isBad], i) => {
        if (!rows[i]) {
          rows[i] = {name: el('dt'), fact: el('dd')};
          facts.append(el('div', {}, rows[i].name, rows[i].fact));
        }
        text(rows[i].name, name);
        text(rows[i].fact, fact);
        rows[i].fact.dataset.tone = isBad ? 'bad' : '';
      });
    },
  };
}
