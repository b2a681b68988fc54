// SQL over the lake: an editor, example questions, the answer as a table, a history in the browser.

/* global CodeMirror */

import {el, millis, number, panel, save, text} from './dom.js';
import {sql as ask, told} from './api.js';
import {put} from './map.js';

const HISTORY = 'taxi-trips.sql';
const KEPT = 30;
const SHOWN = 1000;

let loading;

/** Loads the editor when it is first needed. */
function editor() {
  loading ??= (async () => {
    const lib = '/console/lib/codemirror/';
    document.head.append(el('link', {rel: 'stylesheet', href: lib + 'lib/codemirror.css'}));
    for (const script of ['lib/codemirror.js', 'mode/sql/sql.js']) {
      await new Promise((resolve, reject) => document.head.append(el('script', {src: lib + script, onload: resolve, onerror: () => reject(new Error(script))})));
    }
  })();
  return loading;
}

function history() {
  try {
    return JSON.parse(localStorage.getItem(HISTORY)) ?? [];
  } catch (e) {
    return [];
  }
}

function remember(statement) {
  localStorage.setItem(HISTORY, JSON.stringify([statement, ...history().filter((one) => one !== statement)].slice(0, KEPT)));
}

export async function sql() {
  await editor();
  const about = told();
  const error = el('p', {class: 'error', role: 'alert', hidden: true});
  const status = el('p', {class: 'note', role: 'status'});
  const result = el('div');
  const box = el('div', {class: 'editor', id: 'editor'});
  const run = el('button', {class: 'primary', type: 'button', onclick: go}, 'Ask');
  const cancel = el('button', {type: 'button', hidden: true, onclick: () => running?.abort()}, 'Cancel');
  const examples = el('select', {id: 'example', onchange: () => choose(examples)}, el('option', {value: ''}, 'Choose …'),
    about.questions.map((question) => el('option', {value: question.statement}, question.title)));
  const past = el('select', {id: 'past', onchange: () => choose(past)});
  const view = panel('SQL', '', el('div', {class: 'row'},
    el('label', {class: 'field', for: 'example'}, 'Questions worth asking', examples), el('label', {class: 'field', for: 'past'}, 'Asked before', past)),
    el('p', {class: 'note', id: 'editor-help'}, `The table is ${about.table}; year, month, day and hour are columns too. Ctrl-Enter asks. Escape, then Tab leaves the editor.`),
    box, el('div', {class: 'row end'}, run, cancel, status), error, result);
  let running = null;
  let wrong = null;
  let code = null;

  function list() {
    past.replaceChildren(el('option', {value: ''}, 'Choose …'), ...history().map((statement) => el('option', {value: statement}, statement.replace(/\s+/g, ' ').slice(0, 80))));
  }

  function choose(select) {
    if (select.value) {
      code.setValue(select.value);
      select.value = '';
      code.focus();
    }
  }

  async function go() {
    const statement = code.getValue();
    running?.abort();
    running = new AbortController();
    const own = running;
    wrong?.clear();
    error.hidden = true;
    cancel.hidden = false;
    text(status, 'Asking …');
    remember(statement);
    list();
    const began = performance.now();
    try {
      const answer = await ask(statement, own.signal);
      text(status, `${number(answer.rows.length)} rows in ${millis(performance.now() - began)}` + (answer.truncated ? '; more were left out, see taxi-trips.local.sql.max-rows' : ''));
      result.replaceChildren(...show(answer, statement));
    } catch (e) {
      text(status, e.name === 'AbortError' ? 'Cancelled.' : '');
      if (e.name !== 'AbortError') {
        explain(e);
      }
    }
    if (running === own) {
      cancel.hidden = true;
    }
  }

  function explain(e) {
    const problem = e.problem ?? {};
    const where = problem.line ? `Line ${problem.line}${problem.column ? ', column ' + problem.column : ''}: ` : '';
    text(error, where + e.message + (problem.remedy ? '\n' + problem.remedy : ''));
    error.hidden = false;
    if (problem.line && problem.column) {
      const from = {line: problem.line - 1, ch: problem.column - 1};
      const word = code.findWordAt(from);
      wrong = code.markText(from, word.head.ch > from.ch ? word.head : {line: from.line, ch: from.ch + 1}, {className: 'wrong'});
    }
  }

  list();
  return {nodes: [view], close: () => running?.abort(), shown() {
    code = new CodeMirror(box, {
      value: history()[0] ?? `SELECT * FROM ${about.table} LIMIT 20`, mode: 'text/x-sql', lineNumbers: true, lineWrapping: true,
      screenReaderLabel: 'Statement',
      extraKeys: {'Ctrl-Enter': go, 'Cmd-Enter': go, Tab: false, 'Shift-Tab': false},
    });
  }};
}

function show(answer, statement) {
  const {columns} = answer;
  let rows = answer.rows;
  let sorted = -1;
  const isNumber = columns.map((column) => /INT|DOUBLE|FLOAT|DECIMAL|REAL/.test(column.type));
  const body = el('tbody');
  const heading = columns.map((column, i) => el('th', {scope: 'col', class: isNumber[i] ? 'n' : null}, el('button', {type: 'button', title: column.type, onclick: () => sort(i)}, column.name)));
  const fill = () => body.replaceChildren(...rows.slice(0, SHOWN).map((row) => el('tr', {}, row.map((cell, i) => el('td', {class: isNumber[i] ? 'n' : null}, written(cell))))));
  function sort(i) {
    const direction = sorted === i ? -1 : 1;
    sorted = direction > 0 ? i : -1;
    rows = [...rows].sort((a, b) => direction * compare(a[i], b[i]));
    heading.forEach((head, n) => head.setAttribute('aria-sort', n === i ? (direction > 0 ? 'ascending' : 'descending') : 'none'));
    fill();
  }
  fill();
  const places = coordinates(columns);
  const lines = (separator) => [columns.map((column) => column.name), ...rows].map((row) => row.map(written).join(separator)).join('\n');
  return [
    el('div', {class: 'row end'},
      el('button', {type: 'button', onclick: () => navigator.clipboard.writeText(lines('\t'))}, 'Copy'),
      el('button', {type: 'button', onclick: async () => save('answer.csv', await ask(statement, undefined, 'text/csv'), 'text/csv')}, 'Save as CSV'),
      places && el('button', {type: 'button', onclick: () => { put(rows.map((row) => [Number(row[places[0]]), Number(row[places[1]])]).filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y))); location.hash = 'map'; }}, 'Show on the map')),
    rows.length === 0 ? el('p', {class: 'empty'}, 'The answer has no rows.')
      : el('div', {class: 'scroll tall', tabindex: 0, role: 'region', 'aria-label': 'Answer, scrollable'}, el('table', {}, el('thead', {}, el('tr', {}, heading)), body)),
    rows.length > SHOWN && el('p', {class: 'note'}, `The first ${number(SHOWN)} are shown; CSV has all.`),
  ].filter(Boolean);
}

function coordinates(columns) {
  const of = (pattern) => columns.findIndex((column) => pattern.test(column.name));
  const longitude = of(/lon(gitude)?$/i);
  const latitude = of(/lat(itude)?$/i);
  return longitude >= 0 && latitude >= 0 ? [longitude, latitude] : null;
}

function written(cell) {
  return cell === null ? '' : typeof cell === 'object' ? JSON.stringify(cell) : String(cell);
}

function compare(a, b) {
  if (a === null || b === null) {
    return (a === null) - (b === null);
  }
  return typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b));
}
