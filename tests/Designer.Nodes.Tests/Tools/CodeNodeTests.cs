using System.Text.Json;
using Designer.Engine;
using Designer.Nodes.Tools;
using Xunit;

namespace Designer.Nodes.Tests.Tools;

public class CodeNodeTests
{
    [Theory]
    [InlineData("return input.a + 1", """{"a":2}""", "3")]
    [InlineData("const words = input.text.split(' '); return { count: words.length, first: words[0] }", """{"text":"one two"}""", """{"count":2,"first":"one"}""")]
    [InlineData("return [3, 1, 2].sort().map(n => n * 2)", "{}", "[2,4,6]")]
    [InlineData("const x = 1", "{}", "null")]
    [InlineData("return null", "{}", "null")]
    [InlineData("return input.list.filter(x => x > 1).join('-')", """{"list":[1,2,3]}""", "\"2-3\"")]
    [InlineData("return 'a-b-c'.replace(/-/g, '+').replaceAll('+', '$&$&')", "{}", "\"a++b++c\"")]
    [InlineData("return 'John Smith'.replace(/(\\w+) (\\w+)/, '$2, $1')", "{}", "\"Smith, John\"")]
    [InlineData("return Promise.resolve(5)", "{}", "5")]
    [InlineData("return (async () => { return 7 })()", "{}", "7")]
    [InlineData("return JSON.parse(JSON.stringify({ a: [1, 'x'], b: undefined }, null, 2))", "{}", """{"a":[1,"x"]}""")]
    [InlineData("return JSON.stringify({ a: 1, b: 2 }, ['b'])", "{}", "\"{\\\"b\\\":2}\"")]
    [InlineData("return String([1, [2, [3]], null])", "{}", "\"1,2,3,\"")]
    [InlineData("return new Date(0).toISOString()", "{}", "\"1970-01-01T00:00:00.000Z\"")]
    [InlineData("return new Date(2026, 0, 31) instanceof Date", "{}", "true")]
    [InlineData("return 'ab'.padStart(4, '*').concat('!', 1)", "{}", "\"**ab!1\"")]
    [InlineData("return '{{ nothing }}'", "{}", "\"{{ nothing }}\"")]
    public async Task Code_makes_values(string code, string input, string result) => Assert.Equal(result, (await Run(code, input)).GetRawText());

    [Fact]
    public async Task Time_and_chance_are_the_runs()
    {
        const string Code = "return [Date.now(), new Date().toISOString(), Math.random(), Math.random()]";
        JsonElement first = await Run(Code), second = await Run(Code);
        Assert.Equal(first.GetRawText(), second.GetRawText());
        Assert.Equal("2026-01-02T03:04:05.000Z", first[1].GetString());
        Assert.NotEqual(first[2].GetDouble(), first[3].GetDouble());
        Assert.InRange(first[2].GetDouble(), 0, 1);
    }

    [Fact]
    public async Task The_console_shows_in_the_progress()
    {
        FakeStep step = new();
        await Run("console.log('hello', { a: 1 }); for (let i = 0; i < 1000; i++) console.warn('x'.repeat(10000))", "{}", step);
        Assert.Equal("hello {\"a\":1}", step.Progress[0]);
        Assert.Equal(100, step.Progress.Count);
        Assert.All(step.Progress, line => Assert.True(line.Length <= 2001));
    }

    [Theory]
    [InlineData("return 1 +", "code.error", "SyntaxError")]
    [InlineData("\nthrow new Error('no luck')", "code.error", "no luck (line 2)")]
    [InlineData("x = 5", "code.error", "x is not defined")]
    [InlineData("return Promise.reject(new Error('late'))", "code.error", "late")]
    [InlineData("const a = []; a[0] = a; return a", "code.error", "yclic")]
    [InlineData("return 'x'.repeat(600000) + 'y'.repeat(600000)", "code.error", "1,000,000 characters")]
    [InlineData("while (true) {}", "code.", "stopped after")]
    [InlineData("for (;;);", "code.", "stopped after")]
    [InlineData("function f() { return f() + 1 } return f()", "code.recursion", "200 deep")]
    [InlineData("return new Promise(() => {})", "code.timeout", "2 seconds")]
    [InlineData("function* g() { while (true) yield 1 } return [...g()]", "code.memory", "memory")]
    [InlineData("return /(a+)+$/.test('a'.repeat(40) + '!')", "code.regex", "half a second")]
    [InlineData("let s = 'x'; while (true) s += s", "code.memory", "memory")]
    [InlineData("return new Array(1e8).fill(0)", "code.memory", "memory")]
    [InlineData("const list = []; while (true) list.push('x'.repeat(100000) + list.length)", "code.memory", "memory")]
    public async Task What_fails_is_said(string code, string error, string message)
    {
        StepException failure = await Assert.ThrowsAsync<StepException>(() => Run(code));
        Assert.StartsWith(error, failure.Code, StringComparison.Ordinal);
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("System.IO.File"), InlineData("importNamespace('System')"), InlineData("clr"), InlineData("require('fs')"), InlineData("process.exit(1)"), InlineData("fetch('http://localhost')")]
    [InlineData("new XMLHttpRequest()"), InlineData("new Function('return 1')()"), InlineData("Function('return this')()"), InlineData("eval('1')"), InlineData("(0, eval)('1')"), InlineData("(() => {}).constructor('return 1')()")]
    [InlineData("(async () => {}).constructor('return 1')()"), InlineData("(function* () {}).constructor('yield 1')()"), InlineData("[].constructor.constructor('return 1')()"), InlineData("setTimeout(() => {}, 1)")]
    [InlineData("console.log.constructor('return 1')()"), InlineData("Deno"), InlineData("import('fs')"), InlineData("__log('x')"), InlineData("__input"), InlineData("new ActiveXObject('x')"), InlineData("Date.constructor('return 1')()")]
    public async Task There_is_no_way_out(string expression) => await Assert.ThrowsAsync<StepException>(() => Run("return " + expression));

    [Theory]
    [InlineData("console.log.GetType"), InlineData("input.GetType"), InlineData("''.GetType"), InlineData("console.log.Method"), InlineData("globalThis.System")]
    public async Task No_clr_member_is_seen(string expression) => Assert.Equal("null", (await Run("return " + expression)).GetRawText());

    [Fact]
    public async Task A_run_does_not_see_what_another_changed()
    {
        await Run("Object.prototype.polluted = 1; Array.prototype.map = () => 'mine'; JSON.stringify = () => '\"mine\"'; globalThis.left = 1; Math.max = null; return 1");
        Assert.Equal("[null,[2],\"{}\",null,3]", (await Run("return [({}).polluted ?? null, [1].map(x => x + 1), JSON.stringify({}), globalThis.left ?? null, Math.max(3, 2)]")).GetRawText());
    }

    [Fact]
    public async Task Code_that_replaces_built_ins_does_not_change_the_limits()
    {
        string code = "String.prototype.indexOf = () => -1; Reflect.apply = () => 0; RangeError = Error; Object.defineProperty = null; return 'x'.repeat(5e8).length";
        Assert.Contains("1,000,000", (await Assert.ThrowsAsync<StepException>(() => Run(code))).Message, StringComparison.Ordinal);
    }

    // Each of these took gigabytes, minutes or the process before it was limited.
    [Theory]
    [InlineData("'x'.repeat(5e8).length"), InlineData("'x'.repeat(2**30).length"), InlineData("'x'.padStart(1e9).length"), InlineData("new Uint8Array(1e9)"), InlineData("new ArrayBuffer(5e9)"), InlineData("2n**100000000n+BigInt(1)")]
    [InlineData("let b='x'.repeat(1e6); return b.replaceAll('x',b).length"), InlineData("let b='x'.repeat(1e6); return b.replace(/x/g,b).length"), InlineData("let b='x'.repeat(1e5); return b.replace(/x/g,'$`').length")]
    [InlineData("let b='x'.repeat(1e5); return b.replace(/(?=(x*))/g,'$1').length"), InlineData("let b='x'.repeat(1e5); return RegExp.prototype[Symbol.replace].call(/x/g,b,b).length")]
    [InlineData("let b='x'.repeat(1e6); return Array(1000).fill(b).join('').length"), InlineData("let b='x'.repeat(1e6); return String(Array(1000).fill(b)).length"), InlineData("let b='x'.repeat(1e6); return Array(1000).fill(b).toLocaleString().length")]
    [InlineData("let b='x'.repeat(1e6); return JSON.stringify(Array(1000).fill(b)).length"), InlineData("let b='x'.repeat(1e6); return b.concat(...Array(600).fill(b)).length"), InlineData("String.raw({raw:Array(1000).fill('x'.repeat(1e6))}).length")]
    [InlineData("let b='x'.repeat(1e6); return Array(1000).fill(b)"), InlineData("let a=Array(1000).fill(Array(9e5).fill(1)); return a.flat().length"), InlineData("let a=Array(9e5).fill(1); return [].concat(...Array(1000).fill(a)).length")]
    [InlineData("Array.prototype.indexOf.call({length:2**53-1},1)"), InlineData("Array.prototype.includes.call({length:2**53-1},1)"), InlineData("Array.prototype.reverse.call({length:2**53-1})"), InlineData("Array.prototype.join.call({length:2**53-1})")]
    [InlineData("Array(2**32-1).join('x').length"), InlineData("let a=[]; a[4294967290]=1; return a.indexOf(5)"), InlineData("let a=[]; a.length=1e9; return a.fill(1)"), InlineData("Array.from({length:1e9})")]
    [InlineData("let o={};for(let i=0;i<1e5;i++)o={o};return JSON.stringify(o)"), InlineData("let o=[];for(let i=0;i<1e5;i++)o=[o];return String(o)"), InlineData("let o=[];for(let i=0;i<1e5;i++)o=[o];return o.flat(Infinity)")]
    [InlineData("let o={};for(let i=0;i<1e5;i++)o={o};return o"), InlineData("let o={};o.toJSON=()=>({a:o});return o"), InlineData("JSON.parse('['.repeat(4e5)+']'.repeat(4e5))")]
    [InlineData("let n='a'.repeat(4e5)+'b'+'a'.repeat(4e5), h='a'.repeat(1e6); return h.indexOf(n)"), InlineData("let s=new Set();for(let i=0;;i++)s.add(i)"), InlineData("let s='';while(true)s='a'+s+'b'")]
    [InlineData("Array(1e5).fill(0).sort(()=>{while(true){}})"), InlineData("encodeURIComponent('€'.repeat(1e6)+'€')"), InlineData("class A { constructor() { new A() } } return new A()")]
    [InlineData("let a = { get x() { return a.x } }; return a.x"), InlineData("let a = { toString() { return '' + a } }; return '' + a"), InlineData("let p = new Proxy({}, { get(t, k) { return p[k] } }); return p.x")]
    [InlineData("Atomics.wait(new Int32Array(new SharedArrayBuffer(8)), 0, 0)"), InlineData("let f=(n)=>Promise.resolve(n+1).then(f); return f(0)"), InlineData("label: for(;;) { try { throw 1 } catch { continue label } finally { } }")]
    public async Task A_bomb_is_defused(string code)
    {
        long before = GC.GetTotalAllocatedBytes();
        long start = TimeProvider.System.GetTimestamp();
        StepException failure = await Assert.ThrowsAsync<StepException>(() => Run(code.Contains("return", StringComparison.Ordinal) || code.Contains(';', StringComparison.Ordinal) || code.StartsWith("label", StringComparison.Ordinal) ? code : "return " + code));
        Assert.StartsWith("code.", failure.Code, StringComparison.Ordinal);
        Assert.InRange(TimeProvider.System.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(6));
        // The whole process, other tests included.
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 900_000_000);
    }

    [Theory]
    [InlineData("let p={};for(let i=0;i<2e5;i++)p=new Proxy(p,{});return p.x"), InlineData("let p=()=>1;for(let i=0;i<1e5;i++)p=p.bind(null);return p()"), InlineData("let p={};for(let i=0;i<2e5;i++)p=Object.create(p);return p.x")]
    [InlineData("return new RegExp('(?:'.repeat(1e5)+')'.repeat(1e5)).test('')"), InlineData("return new RegExp('('.repeat(5e4)+')'.repeat(5e4)).test('a')"), InlineData("let s='';for(let i=0;i<1e5;i++)s='a'+s;return s.charCodeAt(5)")]
    [InlineData("let p=function(){};for(let i=0;i<1e5;i++)p=p.bind(null);return ({}) instanceof p"), InlineData("let p={};for(let i=0;i<1e5;i++)p=Object.create(p);for(let x in p);return 1")]
    public async Task A_deep_thing_does_not_end_the_process(string code)
    {
        // Whether it is refused or computed does not matter, only that the process lives and the answer comes.
        Exception? failure = await Record.ExceptionAsync(() => Run(code));
        Assert.True(failure is null or StepException, failure?.ToString());
        Assert.Equal("2", (await Run("return 1 + 1")).GetRawText());
    }

    [Fact]
    public async Task Deep_source_is_refused_or_run()
    {
        foreach (string code in new[] { "return " + new string('(', 40_000) + "1" + new string(')', 40_000), "return " + new string('[', 40_000) + new string(']', 40_000), string.Concat(Enumerable.Repeat("if(1)", 15_000)) + ";", "return " + string.Join('+', Enumerable.Repeat("1", 45_000)) })
        {
            Exception? failure = await Record.ExceptionAsync(() => Run(code));
            Assert.True(failure is null or StepException, failure?.ToString());
        }
    }

    [Fact]
    public async Task A_cancelled_step_ends_at_once()
    {
        FakeStep step = new();
        Task<JsonElement> running = Run("console.log('on'); while (true) {}", "{}", step);
        step.Source.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private static async Task<JsonElement> Run(string code, string input = "{}", FakeStep? step = null) =>
        (await new CodeNode().RunAsync(new CodeNode.Settings(code, JsonElement.Parse(input)), step ?? new FakeStep())).Outputs.Result;
}
