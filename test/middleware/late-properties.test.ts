import { expect, test } from '@jest/globals';
import { LateProperties } from '../../middleware/late-properties.ts';

class Message {
  socket = {};
  declare statusCode: number;

  end(): void {}
}
Message.prototype.statusCode = 200;

/** As an application changes messages: another prototype, then more properties. */
function change(message: Message, prototype: object, properties: object): Message {
  return Object.assign(Object.setPrototypeOf(message, prototype) as Message, properties);
}

/** Names of what a new message has once these were learnt from. */
function given(...messages: readonly Message[]): PropertyKey[] {
  const late = new LateProperties(Message.prototype);
  for (const message of messages) late.learn(message, new Set(['socket']));
  const message = new Message();
  late.give(message);
  return Reflect.ownKeys(message);
}

const extended = (properties: PropertyDescriptorMap = {}): object =>
  Object.create(Message.prototype, properties) as object;

test('an object gets at once what others got late, names and symbols, undefined', () => {
  const late = new LateProperties(Message.prototype);
  const matched = Symbol('matched');
  const other = change(new Message(), extended(), { baseUrl: '/a', [matched]: '/a/b' });
  late.learn(other, new Set(['socket']));
  const message = new Message();
  late.give(message);
  expect(Reflect.ownKeys(message)).toEqual(['socket', 'baseUrl', matched]);
  expect(message).toMatchObject({ baseUrl: undefined, [matched]: undefined });
});

test('an object gets what it inherits, with the value that it inherits', () => {
  const late = new LateProperties(Message.prototype);
  late.learn(change(new Message(), extended(), { statusCode: 404 }), new Set(['socket']));
  const message = new Message();
  late.give(message);
  expect(Object.hasOwn(message, 'statusCode')).toBe(true);
  expect(message.statusCode).toBe(200);
});

test('what each of several objects got is given once', () => {
  const first = change(new Message(), extended(), { user: 'a', route: 'b' });
  const second = change(new Message(), extended(), { session: 'c', user: 'd' });
  expect(given(first, second)).toEqual(['socket', 'user', 'route', 'session']);
});

const HIDDEN: readonly (readonly [string, PropertyDescriptor])[] = [
  ['an accessor', { get: () => 'a=1', set: () => {}, configurable: true }],
  ['a method', { value: () => 'sent', writable: true }],
  ['a value', { value: 'the application', writable: true }],
];

test.each(HIDDEN)('%s of the later prototype is not hidden', (_, property) => {
  const message = change(new Message(), extended({ query: property }), { route: 'a' });
  Object.defineProperty(message, 'query', {
    value: {},
    writable: true,
    enumerable: true,
    configurable: true,
  });
  expect(given(message)).toEqual(['socket', 'route']);
});

test('a method that others had replaced is given as it is inherited', () => {
  const late = new LateProperties(Message.prototype);
  late.learn(change(new Message(), extended(), { end: () => {} }), new Set(['socket']));
  const message = new Message();
  late.give(message);
  expect(Reflect.getOwnPropertyDescriptor(message, 'end')).toMatchObject({
    value: Reflect.get(Message.prototype, 'end') as unknown,
  });
});

test('a method that the later prototype has replaced itself is not hidden', () => {
  const prototype = Object.assign(extended(), { end: () => {} });
  expect(given(change(new Message(), prototype, { end: () => {}, route: 'a' }))).toEqual(['socket', 'route']);
});

test.each([
  ['accessors', { get: () => 1, enumerable: true, configurable: true }],
  ['what cannot be written', { value: 1, enumerable: true, configurable: true }],
  ['what is not seen', { value: 1, writable: true, configurable: true }],
  ['what cannot be taken away', { value: 1, writable: true, enumerable: true }],
])('%s are left to whoever defines them', (_, property) => {
  const message = change(new Message(), extended(), {});
  Object.defineProperty(message, 'session', property);
  expect(given(message)).toEqual(['socket']);
});

test('names that never end are not all kept', () => {
  const entries = Array.from({ length: 500 }, (_, index) => [`of user ${index}`, index]);
  expect(given(change(new Message(), extended(), Object.fromEntries(entries) as object))).toHaveLength(65);
});
