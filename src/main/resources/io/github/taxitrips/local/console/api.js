// The server: requests with the console's token, and the stream of what goes on. docs/console.md describes both.

let about;
const listeners = {state: [], points: [], invocations: [], history: [], link: []};

/** What the server says of itself; asked for again after each restart, which changes the token. */
export async function hello() {
  about = await get('about');
  return about;
}

export function told() {
  return about;
}

/** Calls back with each event of a kind: state, points, invocations, history, and link for the connection itself. */
export function on(kind, listener) {
  listeners[kind].push(listener);
}

function emit(kind, value) {
  for (const listener of listeners[kind]) {
    listener(value);
  }
}

async function answer(response) {
  if (response.ok) {
    return response.json();
  }
  const problem = await response.json().catch(() => ({}));
  const error = new Error(problem.detail || problem.message || 'The server answered ' + response.status);
  error.problem = problem;
  throw error;
}

async function call(path, options) {
  let response;
  try {
    response = await fetch('/console/api/' + path, options);
  } catch (e) {
    throw new Error('The server does not answer: is it running?', {cause: e});
  }
  return answer(response);
}

export function get(path) {
  return call(path);
}

/** Sends a body that changes something: JSON, or a file or text as it is. */
export function send(method, path, body) {
  const raw = body instanceof Blob || typeof body === 'string' || body instanceof ArrayBuffer;
  return call(path, {
    method,
    headers: {
      'X-Console-Token': about.token,
      'Content-Type': raw ? 'application/octet-stream' : 'application/json',
    },
    body: body === undefined ? undefined : raw ? body : JSON.stringify(body),
  });
}

/**
 * Keeps answers from undoing what was changed since they were asked for. Returns change(action), which does one after another, and
 * look(action); either calls show(answer), but for an answer that a later change overtook.
 */
export function inOrder(show) {
  let begun = 0;
  let ended = 0;
  let last = Promise.resolve();

  async function changed(action, own) {
    try {
      const answer = await action();
      if (own === begun) {
        show(answer);
      }
    } finally {
      ended = own;
    }
  }

  return {
    change(action) {
      const own = ++begun;
      const mine = last.then(() => changed(action, own));
      last = mine.catch(() => {});
      return mine;
    },
    async look(action) {
      if (ended < begun) {
        return;
      }
      const own = begun;
      const answer = await action();
      if (own === begun) {
        show(answer);
      }
    },
  };
}

/** Keeps the digits of whole numbers that JavaScript has none for, such as ids of 19 digits, where the browser tells them. */
function exact(name, value, context) {
  return typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value) ? context?.source ?? value : value;
}

/** Asks the lake; throws the server's explanation. */
export async function sql(statement, signal, type = 'application/json') {
  let response;
  try {
    response = await fetch('/sql', {method: 'POST', headers: {'Content-Type': 'text/plain', Accept: type}, body: statement, signal});
  } catch (e) {
    throw e.name === 'AbortError' ? e : new Error('The server does not answer: is it running?', {cause: e});
  }
  if (type === 'text/csv' && response.ok) {
    return response.text();
  }
  const rows = response.ok ? JSON.parse(await response.text(), exact) : await answer(response);
  if (rows.error) {
    const error = new Error(rows.error.detail);
    error.problem = rows.error;
    throw error;
  }
  return rows;
}

let source = null;

/** Listens, and goes on listening when the server was gone. */
export function listen() {
  const own = new EventSource('/console/api/events');
  source = own;
  own.onopen = async () => {
    try {
      await hello();
      emit('link', 'live');
    } catch (e) {
      emit('link', 'gone');
    }
  };
  own.onerror = () => {
    emit('link', 'gone');
    own.close();
    setTimeout(() => source === own && listen(), 1000);
  };
  for (const kind of ['state', 'points', 'invocations', 'history']) {
    own.addEventListener(kind, (event) => emit(kind, JSON.parse(event.data)));
  }
}

// A browser keeps pages that are left, to come back to them, and has six connections for all of them.
addEventListener('pagehide', () => {
  source?.close();
  source = null;
});
addEventListener('pageshow', (event) => {
  if (event.persisted) {
    listen();
  }
});
