// Writes templates.json: what @huggingface/jinja makes of templates/*.jinja (written here, in the style of well-known models) with some conversations.
import { Template } from '@huggingface/jinja';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const here = import.meta.dirname;
const system = { role: 'system', content: 'You are terse.' };
const user = { role: 'user', content: '  What is 2 + 2?\nShow "work".  ' };
const assistant = { role: 'assistant', content: '4 – obviously.' };
const call = { role: 'assistant', content: '', tool_calls: [{ id: 'abc123def', type: 'function', function: { name: 'weather', arguments: { city: 'Zürich', days: 3, metric: true, wind: null, at: [1.5, -2] } } }] };
const answer = { role: 'tool', tool_call_id: 'abc123def', name: 'weather', content: '{"sky": "clear"}' };
const tools = [
  { type: 'function', function: { name: 'weather', description: 'The weather of a city', parameters: { type: 'object', properties: { city: { type: 'string', description: 'Its name' }, days: { type: 'integer' }, tags: { type: 'array', items: { type: 'string' } } }, required: ['city'] } } },
  { type: 'function', function: { name: 'now', description: '', parameters: { type: 'object', properties: {}, required: [] } } },
];
const conversations = {
  'one question': { messages: [user] },
  'with a system message': { messages: [system, user] },
  'several turns': { messages: [system, user, assistant, { role: 'user', content: 'And 3 + 3?' }] },
  'ended by the assistant': { messages: [user, assistant], add_generation_prompt: false },
  'with tools': { messages: [system, user], tools },
  'a tool called': { messages: [user, call, answer], tools },
  'two assistants in a row': { messages: [user, assistant, assistant] },
  'thought before': { messages: [user, { role: 'assistant', content: '<think>\nhm\n</think>\n\nFour' }, { role: 'user', content: 'Sure?' }, { role: 'assistant', content: '<think>again</think>Yes' }], enable_thinking: false },
  'content in parts': { messages: [{ role: 'user', content: [{ type: 'text', text: ' Look: ' }, { type: 'image' }] }] },
  'special characters': { messages: [{ role: 'user', content: '<b>&amp;</b> {{ not }} {% code %} 日本 🤖 \\n \'quoted\'' }] },
};

const result = [];
for (const file of readdirSync(join(here, 'templates')).sort()) {
  const template = new Template(readFileSync(join(here, 'templates', file), 'utf8'));
  for (const [name, conversation] of Object.entries(conversations)) {
    // Only this template looks into parts; what the others make of a list is the library's own affair.
    if (name === 'content in parts' && file !== 'gemma3.jinja') continue;
    const input = { add_generation_prompt: true, bos_token: '<s>', eos_token: '</s>', date_string: '26 Jul 2026', ...conversation };
    let output = null;
    try {
      output = template.render(input);
    } catch {
      // What fails here must fail there; the words may differ.
    }
    result.push({ template: file, name, input, output });
  }
}
writeFileSync(join(here, 'templates.json'), `[\n${result.map((r) => JSON.stringify(r)).join(',\n')}\n]\n`);
console.log(`${result.length} cases, ${result.filter((r) => r.output === null).length} refused`);
