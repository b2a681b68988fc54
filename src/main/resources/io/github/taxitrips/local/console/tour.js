// A tour of five minutes: each step does something and shows where to look.

import {el, number, text} from './dom.js';
import {send, told} from './api.js';
import {store, unwatch, watch} from './store.js';

const CALM = {
  'throttled-records': 0, 'failed-calls': 0, 'kinesis-throttled-records': 0, 'kinesis-failed-calls': 0, 'lost-environments': 0, latency: '0ms',
  'error-code': 'ServiceUnavailableException',
};
const RUN = {rate: 1000, unclean: 0, duplicates: 0, aggregated: false};

const run = (wish) => send('POST', 'replay', {...RUN, ...wish});

const failures = () => store.now.mapping.failed + store.now.mapping.partial;

/** Ends the faults once an invocation has failed, after a minute in any case. */
async function heal(before) {
  for (let i = 0; i < 120 && failures() === before; i++) {
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  await send('PUT', 'faults', CALM);
}

const STEPS = [
  {
    title: 'A clean run',
    words: 'Five thousand trips go into the stream, a thousand a second. The mapping reads its shards, the function judges each record and hands it to Firehose, and five seconds later there is a file. Watch received and delivered: they rise together.',
    at: '#flow',
    act: async () => {
      await send('PUT', 'faults', CALM);
      await run({records: 5000, seed: 11});
    },
  },
  {
    title: 'Poison',
    words: 'Now every fifth record is unclean: no JSON, a coordinate of zero, a watermark, a damaged aggregate. None of them holds up its shard; each is set aside with a reason, and the sum below still holds. The chart names the reasons.',
    at: '#sum',
    act: () => run({records: 4000, unclean: 0.2, seed: 12}),
  },
  {
    title: 'Throttling',
    words: 'Firehose refuses three of a hundred records. Only those are sent again, after growing waits: calls and “sent again” rise, delivered stays whole, nothing is undelivered.',
    at: '#stage-firehose',
    act: async () => {
      await send('PUT', 'faults', {...CALM, 'throttled-records': 0.03});
      await run({records: 4000, seed: 13});
    },
  },
  {
    title: 'A failed batch, and no duplicates',
    words: 'Firehose refuses nine of ten records until the function has no retry left, which takes some 13 seconds. The invocation reports the first record that failed, the batch comes again from there, and what was delivered before is “skipped”, not sent twice. Then Firehose is well again by itself. The duplicates in the lake stay as they were.',
    at: '#invocations',
    act: async () => {
      await send('PUT', 'faults', {...CALM, 'throttled-records': 0.9});
      const before = failures();
      await run({records: 2000, seed: 14});
      heal(before);
    },
  },
  {
    title: 'What packing saves',
    words: 'Firehose bills each record as a multiple of 5 KB, and a trip has 300 bytes.',
    more: () => {
      const {bytes, billedBytes} = store.now.firehose;
      const {packing, maxRecordBytes} = told();
      return bytes === 0 ? '' : packing
        ? `Packing is on, up to ${number(maxRecordBytes / 1024)} KB a record: billed is ${(billedBytes / bytes).toFixed(1)} times the data.`
        : `Packing is off: ${(billedBytes / bytes).toFixed(1)} times the data is billed, of which packing would leave about 1.1. Start with --taxi-trips.packing.enabled=true, take this step again, and compare.`;
    },
    at: '#stage-firehose',
    act: () => run({records: 3000, seed: 15}),
  },
  {
    title: 'That was it',
    words: 'The faults are gone again. From here: look into the stream with Tail, paste a record of your own into Verdicts, ask the lake with SQL, or drop the TLC’s trips of a month onto Replay.',
    at: '#flow',
    act: () => send('PUT', 'faults', CALM),
  },
];

const box = document.getElementById('tour');
let step = -1;
let busy = false;

export async function tour() {
  if (location.hash !== '#overview') {
    history.replaceState(null, '', '#overview');
    dispatchEvent(new HashChangeEvent('hashchange'));
  }
  step = 0;
  draw();
  box.hidden = false;
  box.querySelector('button').focus();
}

function end() {
  unwatch(more);
  box.hidden = true;
  box.replaceChildren();
  point(null);
  step = -1;
}

function point(at) {
  document.querySelectorAll('.seen').forEach((element) => element.classList.remove('seen'));
  const target = at && document.querySelector(at);
  if (target) {
    target.classList.add('seen');
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    target.scrollIntoView({block: 'nearest', behavior: calm ? 'auto' : 'smooth'});
  }
}

let moreLine = null;

function more() {
  if (moreLine && store.now && STEPS[step]?.more) {
    text(moreLine, STEPS[step].more());
  }
}

function draw(trouble = '') {
  unwatch(more);
  const one = STEPS[step];
  const last = step === STEPS.length - 1;
  moreLine = el('p', {});
  const error = trouble ? el('p', {class: 'error', role: 'alert'}, trouble) : null;
  const status = el('p', {class: 'note', role: 'status'});
  const act = el('button', {class: 'primary', type: 'button', onclick: async () => {
    if (busy) {
      return;
    }
    busy = true;
    act.disabled = true;
    try {
      if (!last) {
        text(status, 'Waiting until the last run is over …');
        await free();
      }
      await one.act();
      text(status, 'It is under way: look at what is framed.');
      point(one.at);
    } catch (e) {
      draw(e.message);
    }
    busy = false;
    if (last) {
      end();
    }
  }}, last ? 'Finish' : 'Do it');
  box.replaceChildren(...[
    el('p', {class: 'note'}, `Tour, ${step + 1} of ${STEPS.length}`), el('h2', {}, one.title), el('p', {}, one.words), one.more && moreLine, error, status,
    el('div', {class: 'row'}, act, !last && el('button', {type: 'button', onclick: () => { step++; draw(); }}, 'Next'), el('button', {type: 'button', class: 'quiet', onclick: end}, 'Leave the tour')),
  ].filter(Boolean));
  if (one.more) {
    watch(more);
  }
  point(one.at);
}

/** Waits until no replay is under way. */
async function free() {
  for (let i = 0; i < 60; i++) {
    const phase = store.now?.replay?.phase;
    if (phase !== 'running' && phase !== 'paused') {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error('Another replay is under way: cancel it, and try again.');
}
