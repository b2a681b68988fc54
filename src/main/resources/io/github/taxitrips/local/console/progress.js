// How far the run is that was begun last, with pause, resume and cancel. Replay shows every run, other panels those of their own.

import {el, figure, millis, number, text} from './dom.js';
import {send} from './api.js';

/** Makes it; act(action) does what is clicked and shows what goes wrong. draw(run) shows a run, or hides it all for none. */
export function progress(act) {
  const bar = el('progress', {max: 1, value: 0, 'aria-label': 'Progress of the replay'});
  const line = el('p', {class: 'note', role: 'status'});
  const pause = el('button', {type: 'button', onclick: () => act(() => send('POST', 'replay/' + (pause.dataset.act ?? 'pause')))}, 'Pause');
  const cancel = el('button', {type: 'button', onclick: () => act(() => send('POST', 'replay/cancel'))}, 'Cancel');
  const node = el('div', {hidden: true, class: 'progress'}, el('div', {class: 'row end'}, pause, cancel, line), bar);

  function draw(run) {
    node.hidden = !run;
    if (!run) {
      return;
    }
    const under = isUnderWay(run);
    pause.hidden = cancel.hidden = !under;
    text(pause, run.phase === 'paused' ? 'Resume' : 'Pause');
    pause.dataset.act = run.phase === 'paused' ? 'resume' : 'pause';
    bar.value = run.total > 0 ? run.done / run.total : under ? 0 : 1;
    const rate = run.records / Math.max(0.001, run.millis / 1000);
    const left = run.total > 0 && run.done > 0 ? (run.total - run.done) * run.millis / run.done : 0;
    text(line, [
      `${number(run.records)} ${run.what}`, run.phase, `${figure(rate)}/s`,
      under && left ? millis(left) + ' left' : null, run.unclean ? number(run.unclean) + ' unclean' : null,
      run.duplicates ? number(run.duplicates) + ' copies' : null, run.throttled ? number(run.throttled) + ' sent again' : null,
      run.tooLarge ? number(run.tooLarge) + ' too large for a stream' : null, run.trouble,
    ].filter(Boolean).join(' · '));
  }

  return {node, draw};
}

export function isUnderWay(run) {
  return run?.phase === 'running' || run?.phase === 'paused';
}
