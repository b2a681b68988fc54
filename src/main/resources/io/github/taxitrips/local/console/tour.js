// A tour of five minutes: each step does something and shows where to look.

import {el, text} from './dom.js';
import {get, send} from './api.js';
import {CALM} from './faults.js';
import {store, unwatch, watch} from './store.js';

const RUN = {rate: 1000, unclean: 0, duplicates: 0, aggregated: false};

const run = (wish) => send('POST', 'replay', {...RUN, ...wish});

/** What packing came to: billed bytes for one of trips, off and on. */
const factors = {off: '', on: ''};

const waiting = () => store.now.shards.reduce((all, shard) => all + shard.waiting, 0);

/** Sends trips, and tells how many times their bytes are billed. */
async function factor() {
  const {measures, firehose} = store.now;
  await run({records: 3000, seed: 15});
  await until(() => store.now.measures.received - measures.received >= 3000);
  const now = store.now.firehose;
  return ((now.billedBytes - firehose.billedBytes) / (now.bytes - firehose.bytes)).toFixed(1);
}

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
    words: 'Firehose bills each record as a multiple of 5 KB, and a trip has 300 bytes. Three thousand trips go through with packing off, then as many with packing on; afterwards it is as it was. Compare the two factors.',
    more: () => (factors.off ? `Off: ${factors.off} times the data is billed.` : '') + (factors.on ? ` On: ${factors.on} times.` : ''),
    at: '#effect',
    done: 'Both runs are over, and packing is as it was.',
    act: async (say) => {
      const packing = 'taxi-trips.packing.enabled';
      const before = (await get('settings')).function[packing];
      factors.off = factors.on = '';
      await send('PUT', 'faults', CALM);
      try {
        for (const on of [false, true]) {
          await free();
          await until(() => waiting() === 0);
          await send('PUT', 'settings', {[packing]: on});
          say(`Packing is ${on ? 'on' : 'off'}: three thousand trips are under way …`);
          factors[on ? 'on' : 'off'] = await factor();
        }
      } finally {
        await send('PUT', 'settings', {[packing]: before});
      }
    },
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
  // Meanwhile another step may be shown, or the tour be left.
  const isShown = () => box.contains(act);
  const act = el('button', {class: 'primary', type: 'button', onclick: async () => {
    if (busy) {
      text(status, 'What was asked for before is still under way: try again in a moment.');
      return;
    }
    busy = true;
    act.disabled = true;
    try {
      if (!last) {
        text(status, 'Waiting until the last run is over …');
        await free();
      }
      await one.act((words) => text(status, words));
      text(status, one.done ?? 'It is under way: look at what is framed.');
      if (isShown() && last) {
        end();
      } else if (isShown()) {
        point(one.at);
      }
    } catch (e) {
      if (isShown()) {
        draw(e.message);
      }
    } finally {
      busy = false;
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
function free() {
  return until(() => !['running', 'paused'].includes(store.now?.replay?.phase), 'Another replay is under way: cancel it, and try again.');
}

async function until(holds, otherwise = 'The records are not through yet: see what holds them up, and try again.') {
  for (let i = 0; i < 120; i++) {
    if (holds()) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error(otherwise);
}
