namespace Designer.Nodes.Tools;

/// <summary>
/// The engine checks its limits between statements. What a single call of a built-in can blow up is bounded here: texts that multiply,
/// loops over pretended lengths, searches of squared cost. Kinds of data that flows have no use for, and that would need limits of their
/// own (buffers, big integers), are taken away. Time and chance come from the run, so that a replay gives the same.
/// </summary>
internal static class CodeLimits
{
    /// <summary>Evaluates to the function that writes the result as JSON.</summary>
    public const string Script = """
        (function (log, now, seed, input) {
          'use strict';
          const global = globalThis, apply = Reflect.apply, define = Object.defineProperty, isArray = Array.isArray;
          const max = 1000000, maxWork = 1e10;
          const S = String.prototype, A = Array.prototype, R = RegExp.prototype;
          const startsAt = S.indexOf, sourceOf = Object.getOwnPropertyDescriptor(R, 'source').get;
          const tooLong = () => { throw new RangeError('A text may have 1,000,000 characters at most.'); };
          const put = (owner, name, value) => define(owner, name, { value, writable: true, configurable: true, enumerable: false });
          const wrap = (owner, name, check) => {
            const original = owner[name];
            put(owner, name, function (...args) { check(this, args); return apply(original, this, args); });
          };
          const size = (value) => typeof value === 'string' ? value.length : 0;
          const has = (text, piece) => apply(startsAt, text, [piece]) >= 0;

          for (const name of ['__log', '__now', '__seed', '__input', 'BigInt', 'ArrayBuffer', 'SharedArrayBuffer', 'Atomics', 'DataView', 'Int8Array', 'Uint8Array',
            'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array', 'Uint32Array', 'Float16Array', 'Float32Array', 'Float64Array', 'BigInt64Array',
            'BigUint64Array', 'WeakRef', 'FinalizationRegistry', 'ShadowRealm', 'Temporal', 'Intl', 'eval', 'Function']) delete global[name];
          delete String.raw;

          wrap(S, 'repeat', (text, [n]) => { if (size(text) * n > max) tooLong(); });
          wrap(S, 'padStart', (text, [n]) => { if (n > max) tooLong(); });
          wrap(S, 'padEnd', (text, [n]) => { if (n > max) tooLong(); });
          for (const name of ['normalize', 'toUpperCase', 'toLocaleUpperCase', 'toLowerCase', 'toLocaleLowerCase']) wrap(S, name, (text) => { if (size(text) > max) tooLong(); });
          for (const name of ['encodeURIComponent', 'encodeURI', 'escape']) wrap(global, name, (_, [text]) => { if (size(text) > max) tooLong(); });
          for (const name of ['indexOf', 'lastIndexOf', 'includes', 'split']) wrap(S, name, (text, [piece]) => { if (size(text) * size(piece) > maxWork) tooLong(); });
          put(S, 'concat', function (...pieces) {
            let text = String(this);
            for (const piece of pieces) { text += piece; if (text.length > max) tooLong(); }
            return text;
          });

          // "$`" and "$'" put the whole text in, "$1" at most the match, unless it looks beyond it.
          const checkReplace = (text, by, count, source) => {
            if (typeof by !== 'string') return;
            const inserts = has(by, '$');
            const whole = inserts && (has(by, '$`') || has(by, "$'") || has(source, '(?=') || has(source, '(?<='));
            if (text.length + count * by.length + (whole ? count * text.length * by.length : inserts ? text.length * by.length : 0) > max * 4) tooLong();
          };
          for (const name of ['replace', 'replaceAll']) wrap(S, name, (text, [pattern, by]) => {
            if (typeof text !== 'string' || typeof pattern !== 'string' || typeof by !== 'string') return;
            if (text.length * pattern.length > maxWork) tooLong();
            let count = 0;
            for (let at = 0; count < max && (at = apply(startsAt, text, [pattern, at])) >= 0; at += pattern.length || 1) { count++; if (name === 'replace' || at >= text.length) break; }
            checkReplace(text, by, count, '');
          });
          const exec = R.exec;
          wrap(R, Symbol.replace, (regex, [text, by]) => {
            if (typeof text !== 'string' || typeof by !== 'string') return;
            let count = 1;
            if (regex.global) {
              const copy = new RegExp(regex.source, regex.flags);
              for (count = 0; ; count++) {
                const match = apply(exec, copy, [text]);
                if (match === null) break;
                if (match[0] === '') copy.lastIndex++;
              }
            }
            checkReplace(text, by, count, apply(sourceOf, regex, []));
          });

          // Pretended lengths: { length: 2 ** 53 } makes a built-in loop without a statement.
          for (const name of Object.getOwnPropertyNames(A)) {
            if (name === 'constructor' || typeof A[name] !== 'function') continue;
            wrap(A, name, (list) => { if (list != null && list.length > max) throw new RangeError('A list may have 1,000,000 entries at most.'); });
          }
          const joinTexts = A.join;
          const join = function (separator) {
            separator = separator === undefined ? ',' : String(separator);
            const texts = [];
            let total = 0;
            for (let i = 0; i < this.length; i++) {
              const text = this[i] == null ? '' : String(this[i]);
              if ((total += text.length + separator.length) > max) tooLong();
              texts[i] = text;
            }
            return apply(joinTexts, texts, [separator]);
          };
          put(A, 'join', join);
          put(A, 'toString', function () { return apply(join, this, []); });
          put(A, 'toLocaleString', function () { return apply(join, this, []); });

          const stringify = JSON.stringify, NewSet = Set, hasName = Set.prototype.has;
          const write = function (value, replacer, space) {
            const names = isArray(replacer) ? new NewSet(replacer.map(String)) : null;
            let total = 0;
            const text = stringify(value, function (key, member) {
              if (typeof replacer === 'function') member = apply(replacer, this, [key, member]);
              else if (names && key !== '' && !isArray(this) && !apply(hasName, names, [key])) return undefined;
              if ((total += key.length + size(member) + 4) > max) tooLong();
              return member;
            }, space);
            return text;
          };
          put(JSON, 'stringify', write);

          const NativeDate = Date;
          put(NativeDate, 'now', () => now);
          const RunDate = function Date(...args) {
            if (new.target === undefined) return new NativeDate(now).toString();
            return Reflect.construct(NativeDate, args.length ? args : [now], new.target === RunDate ? NativeDate : new.target);
          };
          RunDate.prototype = NativeDate.prototype;
          put(NativeDate.prototype, 'constructor', RunDate);
          for (const name of ['now', 'parse', 'UTC']) put(RunDate, name, NativeDate[name]);
          put(global, 'Date', RunDate);

          // mulberry32
          let state = seed;
          put(Math, 'random', () => {
            state = (state + 0x6D2B79F5) | 0;
            let t = Math.imul(state ^ (state >>> 15), 1 | state);
            t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
            return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
          });

          const show = (...values) => { let line = ''; for (const value of values) line += (line ? ' ' : '') + (typeof value === 'string' ? value : write(value) ?? String(value)); log(line); };
          put(global, 'console', { log: show, info: show, warn: show, error: show, debug: show });
          put(global, 'input', JSON.parse(input));
          return (result) => write(result);
        })(__log, __now, __seed, __input)
        """;
}
