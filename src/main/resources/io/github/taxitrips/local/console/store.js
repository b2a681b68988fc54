// What the page keeps: the last five minutes, second by second, the latest state and the latest invocations. Nothing here grows.

import {on, sql, told} from './api.js';

const SECONDS = 300;
const INVOCATIONS = 100;

/** Firehose in us-east-1: ingestion and format conversion, dollars a GB of billed bytes (docs/costs.md). */
const DOLLARS_A_GB = 0.029 + 0.018;
const SECONDS_A_MONTH = 730 * 3600;
const ASK_EVERY = 5000;

export const store = {now: null, seconds: [], invocations: [], duplicates: null};

const changed = [];

/** Calls back after each new state. */
export function watch(listener) {
  changed.push(listener);
  if (store.now) {
    listener();
  }
}

/** Takes a view that is no longer shown off the list. */
export function unwatch(listener) {
  const at = changed.indexOf(listener);
  if (at >= 0) {
    changed.splice(at, 1);
  }
}

export function start() {
  on('history', (seconds) => {
    store.seconds = seconds;
    store.invocations = [];
  });
  on('invocations', (seen) => {
    store.invocations = [...seen.reverse(), ...store.invocations].slice(0, INVOCATIONS);
    for (const listener of [...changed]) {
      listener('invocations');
    }
  });
  on('state', ({now, seconds}) => {
    store.now = now;
    store.seconds = [...store.seconds, ...seconds].slice(-SECONDS);
    for (const listener of [...changed]) {
      listener('state');
    }
  });
}

/** The sum of a measure over the last seconds, for each of them. */
export function rate(measure, over = 3) {
  const last = store.seconds.slice(-over);
  return last.length ? last.reduce((sum, second) => sum + (second.measures[measure] || 0), 0) / last.length : 0;
}

export function putRate(over = 3) {
  const last = store.seconds.slice(-over);
  return last.length ? last.reduce((sum, second) => sum + second.put, 0) / last.length : 0;
}

/** What a month costs, in dollars, at billed bytes a second. */
export function month(billed) {
  return billed * SECONDS_A_MONTH / 1e9 * DOLLARS_A_GB;
}

let asked = 0;
let askedAt = -1;

/** Counts the rows of the lake whose id another row has, when there are new rows and not too often, or anyway. */
export async function countDuplicates(anyway = false) {
  const {table, id} = told();
  const rows = store.now?.files[table]?.rows ?? 0;
  if (rows === 0 || (!anyway && (rows === askedAt || Date.now() - asked < ASK_EVERY))) {
    store.duplicates ??= rows === 0 && store.now ? 0 : null;
    return;
  }
  asked = Date.now();
  askedAt = rows;
  try {
    const answer = await sql(`SELECT count(*) - count(DISTINCT ${quoted(id)}) FROM ${quoted(table)} WHERE ${quoted(id)} IS NOT NULL`);
    store.duplicates = Number(answer.rows[0][0]);
  } catch (e) {
    askedAt = -1;
  }
}

function quoted(name) {
  return '"' + name.replaceAll('"', '""') + '"';
}
