// Writes tokenizers.json: what @huggingface/tokenizers makes of the texts of texts.json, for the shared tokenizers, for shared ones with other
// parts put in, and for small ones written here.
import { Tokenizer } from '@huggingface/tokenizers';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const here = import.meta.dirname;
const texts = JSON.parse(readFileSync(join(here, 'texts.json')));

function shared(name) {
  for (let at = here; at !== dirname(at); at = dirname(at)) {
    const file = join(at, 'shared/models', name, 'tokenizer.json');
    if (existsSync(file)) return JSON.parse(readFileSync(file));
  }
  throw new Error(`shared/models/${name} is missing`);
}

const regex = (pattern) => ({ type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated', invert: false });
const bytes = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false };
const llama3 = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
const qwen2 = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
const o200k = "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

// A number made from a text, so that the small vocabularies have scores that are neither equal nor ordered.
const score = (text) => -[...text].reduce((sum, c) => (sum * 31 + c.codePointAt(0)) % 999983, 7) / 100000;
const letters = [...'abcdefghijklmnopqrstuvwxyz0123456789.,!?\'"-_()[]{}:;/#*+=<>$%&'];
const words = ['hello', 'world', 'the', 'quick', 'brown', 'fox', 'line', 'word', 'text', 'and', 'tabs', 'naive', 'cafe', 'return', 'class', 'token'];
const special = (id, content, more) => ({ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true, ...more });

function wordPiece(lowercase) {
  const tokens = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...words, ...letters, ...letters.map((c) => `##${c}`), '##ing', '##s', '##er', '##est', '中', '日', '本', 'é', 'и', 'Hello', 'H', 'W', '##W'];
  const vocab = Object.fromEntries([...new Set(tokens)].map((token, id) => [token, id]));
  return {
    added_tokens: [0, 1, 2, 3, 4].map((id) => special(id, tokens[id], { lstrip: tokens[id] === '[MASK]' })),
    normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [{ SpecialToken: { id: '[CLS]', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }, { SpecialToken: { id: '[SEP]', type_id: 0 } }],
      pair: [{ SpecialToken: { id: '[CLS]', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }, { SpecialToken: { id: '[SEP]', type_id: 0 } }, { Sequence: { id: 'B', type_id: 1 } }, { SpecialToken: { id: '[SEP]', type_id: 1 } }],
      special_tokens: { '[CLS]': { id: '[CLS]', ids: [2], tokens: ['[CLS]'] }, '[SEP]': { id: '[SEP]', ids: [3], tokens: ['[SEP]'] } },
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: { type: 'WordPiece', unk_token: '[UNK]', continuing_subword_prefix: '##', max_input_chars_per_word: 100, vocab },
  };
}

function unigram(parts) {
  const pieces = ['<s>', '<pad>', '</s>', '<unk>', '▁', ...letters, ...letters.map((c) => `▁${c}`), ...words, ...words.map((w) => `▁${w}`), 'he', 'll', 'lo', 'or', 'ld', 'in', 'an', 'ing', 'é', '日本', '語', '中', 'H', '▁H', 'T', '▁T'];
  return {
    added_tokens: [0, 1, 2, 3].map((id) => special(id, pieces[id])),
    normalizer: null,
    pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true },
    post_processor: { type: 'RobertaProcessing', sep: ['</s>', 2], cls: ['<s>', 0], trim_offsets: true, add_prefix_space: true },
    decoder: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true },
    model: { type: 'Unigram', unk_id: 3, vocab: [...new Set(pieces)].map((piece, id) => [piece, id < 4 ? 0 : score(piece)]), byte_fallback: false },
    ...parts,
  };
}

const metaspace = (prepend_scheme) => ({ type: 'Metaspace', replacement: '▁', prepend_scheme, split: true });
const sequence = (...pretokenizers) => ({ type: 'Sequence', pretokenizers });
// Texts to skip are those where this library knows fewer digits or Chinese characters than the original in Rust.
const subjects = [
  { name: 'gpt2', base: 'tokenizer-gpt2' },
  { name: 'gpt2 with a space before', base: 'tokenizer-gpt2', parts: { pre_tokenizer: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true } } },
  { name: 'gpt2 cut as llama 3', base: 'tokenizer-gpt2', parts: { pre_tokenizer: sequence(regex(llama3), bytes) } },
  { name: 'gpt2 cut as qwen 2, composed', base: 'tokenizer-gpt2', parts: { normalizer: { type: 'NFC' }, pre_tokenizer: sequence(regex(qwen2), bytes) } },
  { name: 'gpt2 cut as o200k', base: 'tokenizer-gpt2', parts: { pre_tokenizer: sequence(regex(o200k), bytes) } },
  { name: 'gpt2 with single digits', base: 'tokenizer-gpt2', parts: { pre_tokenizer: sequence({ type: 'Digits', individual_digits: true }, { ...bytes, use_regex: true }) }, skip: /[½①]/ },
  { name: 'phi3', base: 'tokenizer-phi3' },
  { name: 'phi3 with metaspace', base: 'tokenizer-phi3', parts: { normalizer: null, pre_tokenizer: { ...metaspace('first'), split: false }, decoder: { type: 'Sequence', decoders: [{ type: 'Replace', pattern: { String: '▁' }, content: ' ' }, { type: 'ByteFallback' }, { type: 'Fuse' }, { type: 'Strip', content: ' ', start: 1, stop: 0 }] } } },
  { name: 'wordpiece, lower case', tokenizer: wordPiece(true), skip: /𠀀/u },
  { name: 'wordpiece, cased', tokenizer: wordPiece(false), skip: /𠀀/u },
  { name: 'unigram', tokenizer: unigram({}) },
  { name: 'unigram, never prefixed', tokenizer: unigram({ pre_tokenizer: metaspace('never') }) },
  { name: 'unigram behind spaces, decomposed, lower case, no accents', tokenizer: unigram({
    normalizer: { type: 'Sequence', normalizers: [{ type: 'NFKD' }, { type: 'StripAccents' }, { type: 'Lowercase' }] }, pre_tokenizer: sequence({ type: 'WhitespaceSplit' }, metaspace('always')) }) },
];

const result = subjects.map(({ name, base, parts, tokenizer, skip }) => {
  const json = tokenizer ?? { ...shared(base), ...parts };
  const reference = new Tokenizer(json, { clean_up_tokenization_spaces: false });
  const cases = texts.map((text) => {
    if (skip?.test(text)) return null;
    const { ids } = reference.encode(text, { add_special_tokens: false });
    return { ids, full: reference.encode(text).ids, decoded: ids.length === 0 ? "" : reference.decode(ids, { skip_special_tokens: true, clean_up_tokenization_spaces: false }) };
  });
  return { name, base, parts, tokenizer, cases };
});
writeFileSync(join(here, 'tokenizers.json'), `[\n${result.map((r) => `{"name":${JSON.stringify(r.name)},"base":${JSON.stringify(r.base ?? null)},"parts":${JSON.stringify(r.parts ?? {})},"tokenizer":${JSON.stringify(r.tokenizer ?? null)},"cases":[\n${r.cases.map((c) => JSON.stringify(c)).join(',\n')}]}`).join(',\n')}\n]\n`);
