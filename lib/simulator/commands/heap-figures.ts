import { writeElement, type Element } from '../documents.ts';

let written: string | undefined;

/** Invented figures of memory in the layout of glibc's `malloc_info` and of YAZ's nmem, always the same. */
export function heapFigures(): string {
  written ??= `${writeElement(malloc(), 'tight')}\n${writeElement(nmem())}`;
  return written;
}

function malloc(): Element {
  return [
    'malloc',
    ['\n', ...[heap(0), heap(1), ...totals(), mapped(), ...spaces()].flatMap(ownLine)],
    { version: '1' },
  ];
}

function heap(number: number): Element {
  const sizes = [33, 49, 81, 113, 129, 145, 161, 993].map((size, place): Element => {
    const count = 16 * (place + number + 1);
    return [
      'size',
      '',
      { from: String(size), to: String(size), total: String(size * count), count: String(count) },
    ];
  });
  const unsorted: Element = ['unsorted', '', { from: '33', to: '33', total: '33', count: '1' }];
  const lines = [...sizes, unsorted].flatMap((size) => ['  ', size, '\n']);
  const parts: Element[] = [['sizes', ['\n', ...lines]], ...totals(), ...spaces()];
  return ['heap', ['\n', ...parts.flatMap(ownLine)], { nr: String(number) }];
}

function totals(): Element[] {
  return [
    ['total', '', { type: 'fast', count: '0', size: '0' }],
    ['total', '', { type: 'rest', count: '394', size: '158377' }],
  ];
}

function mapped(): Element {
  return ['total', '', { type: 'mmap', count: '0', size: '0' }];
}

function spaces(): Element[] {
  const size = '1089536';
  return [
    ['system', '', { type: 'current', size }],
    ['system', '', { type: 'max', size }],
    ['aspace', '', { type: 'total', size }],
    ['aspace', '', { type: 'mprotect', size }],
  ];
}

function nmem(): Element {
  const figures: readonly Element[] = [
    ['handles', '133'],
    ['blocks', '688'],
    ['allocated', '2821521'],
  ];
  return ['nmem', [...figures.flatMap((figure) => ['\n  ', figure]), '\n']];
}

function ownLine(element: Element): (string | Element)[] {
  return [element, '\n'];
}
