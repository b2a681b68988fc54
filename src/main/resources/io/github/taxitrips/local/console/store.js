// What the page keeps: the last five minutes, second by second, the latest state and the latest invocations. Nothing here grows.

import {on} from './api.js';

const SECONDS = 300;
const INVOCATIONS = 100;

export const store = {now: null, seconds: [], invocations: []};

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
