// What lies in quarantine, in the lake's files: counted by reason, looked at, and a chosen set of it sent again.

import {attempts, bytes, el, heads, millis, moment, number, panel, text} from './dom.js';
import {get, send, told} from './api.js';
import {meaning, remedy} from './reasons.js';
import {isUnderWay, progress} from './progress.js';
import {openRecord} from './record.js';
import {store, unwatch, watch} from './store.js';

const LINES = 50;
const OFTEN = 2000;
const WHAT = 'records of the quarantine';

export function quarantine() {
  const about = told();
  const chosen = new Map();
  const {error, attempt} = attempts();
  const buffered = el('p', {class: 'note', role: 'status', id: 'quarantine-buffered'});
  const all = el('p', {class: 'note'});
  const status = el('p', {class: 'note', role: 'status'});
  const words = el('p', {class: 'note'});
  const from = el('input', {type: 'datetime-local', step: 1, id: 'quarantine-from', onchange: restart});
  const until = el('input', {type: 'datetime-local', step: 1, id: 'quarantine-until', onchange: restart});
  const reasons = el('tbody', {id: 'quarantine-reasons'});
  const body = el('tbody', {id: 'quarantine-lines'});
  const empty = el('p', {class: 'empty'});
  const some = el('button', {class: 'primary', type: 'button', onclick: () => replay({ids: [...chosen.keys()]}, number(chosen.size))});
  const every = el('button', {type: 'button', onclick: confirm});
  const tick = el('input', {type: 'checkbox', 'aria-label': 'Choose all that are shown', onchange: () => {
    lines.filter(canGo).forEach((one) => tick.checked ? chosen.set(one.id, one) : chosen.delete(one.id));
    draw();
  }});
  const newest = el('button', {type: 'button', onclick: () => page([])}, 'Newest');
  const newer = el('button', {type: 'button', onclick: () => page(pages.slice(0, -1))}, 'Newer');
  const older = el('button', {type: 'button', onclick: () => page([...pages, next])}, 'Older');
  const counts = el('div', {class: 'scroll stack', tabindex: 0, role: 'region', 'aria-label': 'Reasons, scrollable'}, el('table', {}, heads('Reason', 'Records#', 'Left#', 'What it means'), reasons));
  const table = el('div', {class: 'scroll tall stack', tabindex: 0, role: 'region', 'aria-label': 'Records in quarantine, scrollable'}, el('table', {},
    el('thead', {}, el('tr', {}, el('td', {}, tick), ...['Arrived', 'Reason', 'Bytes', 'State', 'Record', 'Whole'].map((name) => el('th', {scope: 'col', class: name === 'Bytes' ? 'n' : null}, name)))), body));
  const run = progress(attempt);
  const view = panel('In quarantine', '',
    el('p', {class: 'lead'}, 'All that was set aside, in the lake’s files. What is sent again is noted there, so that neither this page nor “src/bin/desk redrive quarantine” sends anything twice.'),
    buffered,
    el('div', {class: 'row'}, el('label', {class: 'field', for: 'quarantine-from'}, 'Arrived from', from), el('label', {class: 'field', for: 'quarantine-until'}, 'until', until),
      el('button', {type: 'button', onclick: () => { from.value = until.value = ''; restart(); }}, 'Any time'), el('button', {type: 'button', onclick: restart}, 'Look again')),
    counts, error,
    el('div', {class: 'row end'}, some, every, status), run.node, words, empty, table,
    el('div', {class: 'row end'}, newest, newer, older));
  view.id = 'quarantine';
  view.head.append(all);
  let reason = '';
  let summary = null;
  let lines = [];
  let pages = [];
  let next = null;
  let known = '';
  let looked = 0;
  let begun = null;
  let closed = false;
  let asked = 0;

  function filter() {
    const time = (input) => input.value ? new Date(input.value).toISOString() : '';
    return {reason, from: time(from), until: time(until)};
  }

  function restart() {
    pages = [];
    chosen.clear();
    return look();
  }

  function page(wanted) {
    pages = wanted;
    return look();
  }

  /** Asks for counts and lines; goes on while files are left to be counted. */
  function look() {
    looked = Date.now();
    const own = ++asked;
    return attempt(async () => {
      const {from: since, until: to} = filter();
      let counted;
      do {
        counted = await get('quarantine?' + new URLSearchParams({from: since, until: to}));
        if (own !== asked || closed) {
          return;
        }
        summary = counted;
        draw();
      } while (counted.unread > 0);
      let answer = {next: pages.at(-1) ?? null, lines: []};
      do {
        const before = answer.next ? {before: answer.next} : {};
        answer = await get('quarantine/lines?' + new URLSearchParams({...filter(), ...before, most: LINES}));
      } while (answer.lines.length === 0 && answer.next && own === asked && !closed);
      if (own === asked && !closed) {
        ({lines, next} = answer);
        draw();
      }
    });
  }

  function canGo(one) {
    return one.whole && !one.sent;
  }

  /** Counts what the server takes for the reason that is chosen: one without a member is that of every member, too. */
  function sums() {
    const mine = summary.reasons.filter((one) => !reason || one.reason === reason || one.reason.startsWith(reason + ':'));
    const sum = (member) => mine.reduce((total, one) => total + one[member], 0);
    const left = sum('lines') - sum('sent') - sum('cut');
    // What is not listed is sent as well.
    const isAll = summary.otherReasons === 0 || reason.includes(':');
    return {
      sent: sum('sent'), none: isAll && left === 0, many: number(left) + (isAll ? '' : ' or more'),
      which: !reason ? 'every reason' : mine.length > 1 ? `${reason} and ${reason}:*` : reason,
    };
  }

  function choose(wanted) {
    reason = reason === wanted ? '' : wanted;
    restart();
    draw();
    reasons.querySelector('[aria-pressed="true"]')?.focus();
  }

  function draw() {
    if (!summary) {
      return;
    }
    text(all, `${number(summary.lines)} records in ${number(summary.files)} ${summary.files === 1 ? 'file' : 'files'}` + (summary.unread ? `, ${number(summary.unread)} of which are still to be counted` : ''));
    reasons.replaceChildren(...summary.reasons.map((one) => el('tr', {},
      el('td', {}, el('button', {class: 'quiet', type: 'button', 'aria-pressed': String(one.reason === reason), onclick: () => choose(one.reason)}, one.reason)),
      el('td', {class: 'n', 'data-label': 'records'}, number(one.lines)), el('td', {class: 'n', 'data-label': 'left'}, number(one.lines - one.sent - one.cut)), el('td', {class: 'say'}, meaning(one.reason)))));
    counts.hidden = summary.reasons.length === 0;
    const {sent, none, many, which} = sums();
    const busy = isUnderWay(store.now?.replay);
    some.disabled = chosen.size === 0 || busy;
    text(some, chosen.size ? `Send ${number(chosen.size)} again` : 'Send chosen again');
    every.disabled = none || busy;
    text(every, `Send all ${many} of ${which} again`);
    text(words, [
      reason && `${meaning(reason)}. ${remedy(reason)}`, sent > 0 && `${number(sent)} were sent again before.`,
      summary.otherReasons > 0 && `${number(summary.otherReasons)} more reasons are not listed.`,
      ...summary.troubles.map((trouble) => `Cannot be read: ${trouble}`),
    ].filter(Boolean).join(' '));
    empty.hidden = lines.length > 0;
    table.hidden = lines.length === 0;
    text(empty, summary.unread ? 'Counting …' : 'Nothing is in quarantine' + (reason || from.value || until.value ? ' of this reason and time.' : '.'));
    newest.hidden = newer.hidden = pages.length === 0;
    older.hidden = !next;
    const focused = body.contains(document.activeElement) ? document.activeElement : null;
    const row = focused?.closest('tr').dataset.id;
    body.replaceChildren(...lines.map((one, i) => el('tr', {'data-id': one.id},
      el('td', {}, el('input', {type: 'checkbox', 'aria-label': `Choose record ${i + 1}`, checked: chosen.has(one.id), disabled: !canGo(one), onchange: (event) => {
        event.target.checked ? chosen.set(one.id, one) : chosen.delete(one.id);
        draw();
      }})),
      el('td', {}, one.at ? moment(one.at) : ''), el('td', {}, one.why + (one.records > 1 ? ` and ${number(one.records - 1)} more of its Kinesis record` : '')), el('td', {class: 'n'}, bytes(one.bytes)),
      el('td', {}, one.sent ? el('span', {class: 'tag', 'data-tone': 'good'}, 'sent again') : one.whole ? '' : el('span', {class: 'tag', 'data-tone': 'bad'}, 'cut')),
      el('td', {class: 'wide'}, one.text.slice(0, 160)),
      el('td', {}, el('button', {class: 'quiet', type: 'button', 'aria-label': `Open record ${i + 1}`, onclick: () => open(one)}, 'Open')))));
    tick.checked = lines.some(canGo) && lines.filter(canGo).every((one) => chosen.has(one.id));
    if (focused) {
      [...body.children].find((one) => one.dataset.id === row)?.querySelector(focused.tagName)?.focus();
    }
  }

  function open(one) {
    return openRecord('Record in quarantine', one, 'quarantine/line?' + new URLSearchParams({id: one.id}),
      one.sent ? null : (mended) => again({ids: [one.id], mended}));
  }

  function confirm() {
    const {many, which} = sums();
    const times = [from.value && 'from ' + moment(filter().from), until.value && 'until ' + moment(filter().until)].filter(Boolean).join(' ');
    const dialog = el('dialog', {'aria-label': 'Send all again', onclose: () => dialog.remove()},
      el('h2', {}, `Send ${many} records again?`),
      el('p', {}, `All of ${which}${times ? ', arrived ' + times : ''}, as they were, but for those that were sent again before. What is still unclean comes back into quarantine.`),
      el('form', {method: 'dialog', class: 'row end'}, el('button', {class: 'primary', onclick: () => replay({all: true, ...filter()}, many)}, 'Send them'), el('button', {}, 'Leave them')));
    document.body.append(dialog);
    dialog.showModal();
  }

  function replay(wish, many) {
    return attempt(() => again(wish, many));
  }

  async function again(wish, many) {
    begun = (await send('POST', 'quarantine/replay', wish)).id;
    text(status, wish.mended === undefined ? `${many} are being sent into the stream again.` : 'The mended record is being sent in place of it.');
    chosen.clear();
    draw();
  }

  function state() {
    const now = store.now;
    if (!now) {
      return;
    }
    const buffer = now.buffers.find((one) => one.stream === about.quarantine);
    text(buffered, buffer && (buffer.bytes || buffer.waiting)
      ? `${bytes(buffer.bytes)} more are buffered by Firehose and in no file yet: ${buffer.dueMillis >= 0 ? 'next file in ' + millis(buffer.dueMillis) : 'being written'}.`
      : 'Nothing more is buffered by Firehose.');
    const mine = now.replay && (now.replay.id === begun || now.replay.what === WHAT) ? now.replay : null;
    run.draw(mine);
    const changed = JSON.stringify([now.files.quarantine, now.replay?.id, now.replay?.phase]);
    known ||= changed;
    if (changed !== known && Date.now() - looked > OFTEN) {
      known = changed;
      look();
    }
  }

  watch(state);
  look();
  return {nodes: [view], close() {
    closed = true;
    unwatch(state);
  }};
}
