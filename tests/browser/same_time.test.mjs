// The wall scrolled together: rows are found by the times that they begin with. No browser needed.

import assert from 'node:assert/strict';
import { afterEach, mock, test } from 'node:test';
import { rowAt } from '../../services/portald/web/same_time.js';

const screenOf = rows => ({ rows: rows.length, row: at => rows[at] });

afterEach(() => mock.timers.reset());

function itIs(hour, minute) {
  mock.timers.enable({ apis: ['Date'], now: new Date(2026, 10, 22, hour, minute) });
}

test('the row of a time is the last one that is not later', () => {
  itIs(12, 0);
  const screen = screenOf(['10:00:00.000  a', '10:00:01.000  b', '              c', '10:00:03.000  d']);
  assert.equal(rowAt(screen, '10:00:01.500'), 2);
  assert.equal(rowAt(screen, '10:00:03.000'), 3);
});

test('what is later than now is of the day before', () => {
  itIs(0, 30);
  const screen = screenOf(['23:58:00.000  a', '23:59:59.000  b', '00:00:01.000  c', '00:10:00.000  d']);
  assert.equal(rowAt(screen, '23:59:59.500'), 1);
  assert.equal(rowAt(screen, '00:05:00.000'), 2);
});
