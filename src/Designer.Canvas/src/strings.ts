// Every word the island shows, by the place that shows it. English here; strings.zh.ts says the same in Chinese, and the compiler refuses it
// while a word is missing. The host's page decides: to speak the other language it loads anew, so that a word never changes while it is shown.
import { zh } from "./strings.zh";

const en = {
  common: {
    close: "Close", cancel: "Cancel", remove: "Remove", add: "Add", copy: "Copy", copied: "Copied", none: "None", optional: "optional", search: "Search",
    noMatch: "Nothing matches", more: "More", moveUp: "Move up", moveDown: "Move down", expand: "Expand", collapse: "Collapse", showAll: (n: number) => `Show all ${n}`,
    entries: (n: number) => (n === 1 ? "1 entry" : `${n} entries`), characters: (n: number) => `${n} characters`,
  },
  units: { minutes: (m: number, s: number) => `${m} min ${s} s`, hours: (h: number, m: number) => `${h} h ${m} min` },
  inspector: {
    panel: "Inspector", resize: "Width of the inspector", name: "Name", menu: "More actions", runNode: "Run this node", runTo: "Run to here", duplicate: "Duplicate",
    disable: "Disable", enable: "Enable", delete: "Delete", settings: "Settings", lastRun: "Last run", onError: "On error", disabled: "Disabled",
    unset: "default", reset: "Back to the default",
    unknownType: "This node type is not installed here. The node is kept as it is; a run stops with a problem.",
    noSettings: "This node has nothing to set.", required: "required", insertHint: "/ inserts a value", insert: "Insert a value",
    defaultIs: (value: string) => `Default: ${value}`, noneChosen: "None chosen", chooseOne: "Choose one", noOptions: "There is nothing to choose from yet in this workspace.", unbind: "No choice",
    missingOption: (value: string) => `${value} (not available)`, fix: "Fix", problems: (n: number) => (n === 1 ? "1 problem" : `${n} problems`),
    manySelected: (n: number) => `${n} nodes selected`, manyHint: "Settings are shown for one node at a time.", deleteAll: "Delete them", notANumber: "This is not a number.",
    outOfRange: (min: number | undefined, max: number | undefined) => min !== undefined && max !== undefined ? `Between ${min} and ${max}.` : min !== undefined ? `At least ${min}.` : `At most ${max}.`,
    wholeNumber: "A whole number is needed.", jsonError: (message: string) => `Not valid JSON: ${message}`, addRow: (label: string) => `Add to ${label.toLowerCase()}`,
    row: (n: number) => `Entry ${n}`, attached: (n: number) => `${n} attached`, actsOutside: "acts outside", problemsBelow: (n: number) => (n === 1 ? "One more is shown at its field." : `${n} more are shown at their fields.`), attachHint: "Nothing attached. Drag a wire from the diamond on the node to a tool.",
  },
  /** What people read for a node setting's options; one that is not here is read as it is written. */
  options: {
    system: "system", user: "user", assistant: "assistant", text: "text", whenUntrusted: "when untrusted", always: "always", never: "never", fail: "fail", skip: "skip", default: "default",
    bearer: "bearer", header: "header", query: "query", mask: "mask", block: "block", flag: "flag", off: "off", anything: "anything", questions: "questions", documents: "documents",
    email: "e-mail", iban: "IBAN", creditCard: "card number", chineseId: "Chinese ID", usSsn: "US social security", ipAddress: "IP address", phone: "phone number",
  },
  conditions: {
    all: "All hold", any: "Any holds",
    value: "Value", operator: "Operator", other: "Compared with", add: "Add condition", none: "No condition yet.",
    operators: {
      equals: "is", notEquals: "is not", contains: "contains", notContains: "does not contain", startsWith: "starts with", endsWith: "ends with", matches: "matches (regex)",
      greater: "greater than", greaterOrEqual: "at least", less: "less than", lessOrEqual: "at most", isEmpty: "is empty", isNotEmpty: "is not empty", isTrue: "is true", isFalse: "is false",
    },
  },
  picker: {
    title: "Values", filter: "Filter values", nothing: "No value matches.", nothingYet: "Nothing runs before this node yet.", mayNotRun: "may be null",
    groups: { upstream: "Nodes before", loop: "Loop", arguments: "Arguments", variables: "Variables", conversation: "Conversation", run: "Run" },
    runId: "Id of this run", runNow: "Time at which the run started", runConversation: "Id of the conversation", messages: "Earlier messages",
    broken: (path: string) => `${path} does not exist here`, lastValue: (value: string) => `Last value: ${value}`, editRaw: "Double-click to edit as text",
    fixHint: "Click, or Alt+Enter, to mend it", mayBeMissing: (path: string) => `${path} may be missing in a run`, emptyWhereMissing: "An empty text in its place", replaceWith: (name: string) => `Use ${name}`, removeReference: "Remove the reference",
  },
  /** What is wrong in a template's code. */
  liquid: {
    words: "Filters and tags", unclosed: (end: string) => `${end} is missing`, noFilter: (name: string) => `There is no filter “${name}”`, noTag: (name: string) => `There is no tag “${name}”`,
    noBegin: (name: string) => `No “${name}” is open here`, noEnd: (name: string) => `“end${name}” is missing`,
  },
  expression: {
    fx: "fx", named: (label: string) => `fx: write ${label} as an expression`, on: "Write as an expression", off: "Back to chips", offLiteral: "Back to a fixed value", preview: "Preview", evaluating: "…", nothingYet: (names: string) => `No value of ${names} is known yet: run the flow once.`,
    fromRun: "with the values of the shown run", cut: "Only the beginning is shown.", notRepresentable: "These conditions cannot be written as one expression; remove the rows that use “matches”.",
    rowsAgain: "Back to rows", at: (line: number, column: number) => `Line ${line}, column ${column}: `, tooLarge: "The values are too large for a preview.",
  },
  usages: {
    title: "Values", uses: "Uses", usedBy: "Used by", none: "No other node uses its values.", usesNothing: "It uses no value of another node.", find: "Find usages", place: (node: string, setting: string) => `${node}, ${setting}`,
    unknown: "does not exist",
  },
  /** One node over the whole window. */
  expanded: {
    open: "Expand: input, settings, output", title: (name: string) => `${name}: input, settings, output`, input: "Input", output: "Output", fromRun: (time: string) => `Values of the run started ${time}.`,
    taken: "What it took", usable: "What it can use", usableHint: "Drag a value into a setting, or click it while you write in one.",
  },
  errors: {
    timeout: "Timeout", timeoutHelp: "Per attempt, e.g. 10s, 500ms or 2m. Empty: no limit of its own.", badDuration: "Write a number with ms, s, m or h, e.g. 10s.",
    attempts: "Attempts", attemptsHelp: "1 means no retry.", backoff: "Pause grows", delay: "First pause", fixed: "no, stays the same", exponential: "exponentially", linear: "linearly",
    mode: "When it still fails", fail: "The run fails", branch: "Go on at the error port", default: "Go on with a value", value: "Value", port: "Leaves by", join: "Starts when",
    joinAll: "all branches that were taken are done", joinAny: "the first branch arrives",
  },
  flow: {
    panel: "Flow", name: "Name", description: "Description", descriptionPlaceholder: "What this flow is for", mode: "Mode", chat: "Chat", task: "Task",
    chatHelp: "Has a conversation.", taskHelp: "One input, one output.", variables: "Variables", noVariables: "Values that nodes may read and Set variables writes.", addVariable: "Add variable",
    variableName: "Name", type: "Type", scope: "Lives for", scopeRun: "one run", scopeConversation: "the conversation", default: "Default", slots: "Needs", noSlots: "What the nodes need from this workspace appears here.",
    usedBy: (names: string) => `Used by ${names}`, unused: "Used by no node", inputs: "Inputs", addInput: "Add input", inputName: "Name", inputRequired: "Required", inputDescription: "Description",
    badName: "Letters, digits and _, not starting with a digit.", takenName: "This name is taken.",
  },
  lastRun: {
    none: "This node has not run yet.", noneHint: "Run the flow, or run only this node with values of the last run.", inputs: "Inputs", outputs: "Outputs", error: "Error", usage: "Usage",
    attempts: "Attempts", attempt: (n: number) => `Attempt ${n}`, duration: "Duration", tokens: (i: string, o: string) => `${i} in, ${o} out`, cost: "Cost", port: "Left by", cached: "Taken from an earlier run",
    iteration: (n: string) => `Iteration ${n}`, ofMany: (i: number, n: number) => `Step ${i} of ${n}`, previous: "Previous step", next: "Next step", retryAfter: (text: string) => `again after ${text}`,
    calls: "Model calls", queue: "Queue", load: "Load", firstToken: "First token", total: "Total", tokensLabel: "Tokens", fromCache: "From cache: the model was not asked.", insteadOf: (model: string) => `Instead of ${model}:`,
  },
  run: {
    panel: "Run", resize: "Height of the run panel", tabRun: "Run", tabValues: "Values", tabProblems: "Problems", start: "Run", stop: "Stop", stopping: "Stopping", send: "Send", close: "Close the run panel",
    states: { queued: "queued", running: "running", waiting: "waiting for a person", completed: "done", failed: "failed", cancelled: "stopped" },
    stepStates: { ready: "queued", running: "running", retrying: "trying again", waiting: "waiting", completed: "done", failed: "failed", skipped: "skipped", cancelled: "stopped" },
    tokens: (n: string) => `${n} tokens`, lost: "Connection lost; trying again", nothing: "Nothing has run yet.", nothingHint: "Fill in the inputs and run the flow.", nothingChat: "Ask something to run the flow.",
    message: "Message", messagePlaceholder: "Ask the flow", inputs: "Inputs", noInputs: "This flow takes no input.", required: "This input is required.",
    errors: { required: "This input is required.", number: "A number is needed.", integer: "A whole number is needed.", object: "A JSON object is needed.", array: "A JSON list is needed.", uploading: "The file is still on its way." },
    result: "Result", values: "Values", noOutput: "The run ended without an answer.", regenerate: "Answer again", newChat: "New conversation", you: "You", answer: "Answer",
    thinking: "Working", openNode: "Show the node", citation: (n: number) => `Source ${n}`, page: (n: number) => `page ${n}`, noQuote: "No passage was recorded.", noSource: "No source was recorded for this mark.",
    human: "A person is asked", comment: "Comment", commentPlaceholder: "Optional, kept with the decision", deadline: (text: string) => `Until ${text}`, decided: "Answered",
    noProblems: "No problems.", errorCount: (n: number) => (n === 1 ? "1 error" : `${n} errors`), warningCount: (n: number) => (n === 1 ? "1 warning" : `${n} warnings`), refused: "The flow cannot run yet",
    failedTitle: "The run failed", cancelledTitle: "The run was stopped", dismiss: "Dismiss", stepFailed: "failed", retries: (n: number) => (n === 1 ? "1 retry" : `${n} retries`), cached: "from an earlier run",
    unsaved: "Your last changes are not saved yet", unsavedHint: "The connection is slow or away. They are kept here; run again when they are saved.", unreachable: "The server could not be reached", answered: (status: string) => `The server answered ${status}.`,
    probeOnly: (name: string) => `Only “${name}” was run; its outputs are in the trace.`, probeTo: (name: string) => `The flow was run up to “${name}”.`,
    probeFrom: "Its values come from", probeRun: "the run before it", probeRunAt: (time: string) => `the run of ${time}`, probePins: (n: number) => (n === 1 ? ", and from 1 pinned node." : `, and from ${n} pinned nodes.`),
    probePinsOnly: (n: number) => (n === 1 ? "1 pinned node stood in." : `${n} pinned nodes stood in.`),
    usage: "Tokens, cost", fromCache: "from cache", trace: "Trace", values_none: "Values of the last run appear here.", details: "Details of the step", copyAnswer: "Copy the answer", readOnly: "You may look at this flow but not run it.", turn: (n: string) => `turn ${n}`, call: (n: string) => `call ${n}`, approval: "approval", boolTrue: "true", boolFalse: "false",
  },
  files: {
    files: "Files", choose: "Choose a file or drop it here", chooseMany: "Choose files or drop them here", attach: (input: string) => `Attach a file (${input})`, remove: (name: string) => `Remove ${name}`,
    uploading: (name: string) => `Uploading ${name}`, download: (name: string) => `Download ${name}`, whole: (size: string) => `The whole value, ${size}`, soFar: "The picture so far",
  },
  debug: {
    failed: (why: string) => `That could not be saved: ${why}`, pin: "Pin", unpin: "Unpin", pinLast: "Pin the last output", edit: "Edit the pinned output", editShort: "Edit",
    pinned: "Outputs are pinned: runs of the draft do not execute this node.", pinTitle: (name: string) => `Pinned output of ${name}`,
    pinHelp: "Stands in for this node in your runs of the draft, until you unpin it. Published versions never see it.",
    breakpoint: "Breakpoint: runs of the draft stop before this node.", setBreakpoint: "Set a breakpoint", clearBreakpoint: "Remove the breakpoint",
    stopped: "stopped at a breakpoint", stoppedBefore: (name: string) => `Stopped before “${name}”`, goOn: "Continue", stepOver: "Step over",
    rerun: "Run again from the record", rerunFailed: "Rerun from the failed step",
    willTake: (names: string) => `Taken from the record if their inputs are the same: ${names}.`, willTakeNothing: "No step that acts outside was done; a rerun executes everything.",
    took: (names: string) => `A rerun. Taken from the record: ${names}.`, tookNothing: "A rerun. Nothing was taken from the record so far.",
    testInputs: "Saved test inputs", noInputs: "No test input is saved for this flow yet.", inputName: "Name for this input", saveInput: "Save", deleteInput: (name: string) => `Delete “${name}”`,
    inputIncomplete: "The inputs are not complete.", compare: "Compare", copiedVersion: (version: string) => `A run of version ${version}, copied here.`, copiedDraft: "A past run of the draft, copied here.",
    foreignRun: "That run belongs to another flow, or it was deleted.", searchValues: "Search values", reset: "Reset", clear: "Take another table", resetAll: (n: number) => (n === 1 ? "Reset 1 value" : `Reset all ${n}`), notJson: "This is not valid JSON.", changed: "pinned",
    runNamed: (name: string) => `Run ${name} with these values`, editValue: (path: string) => `Change ${path}`, copyPath: "Copy as a reference", copyValue: "Copy the value", change: "Change",
  },
  table: {
    tab: "Table", loading: "Looking for tables…", none: "No table was run yet.", intro: "Run the draft once for every row of a CSV. Pinned outputs and breakpoints do not count here.",
    paste: "The table as text", pasteHint: "Paste a table with a header row (CSV, or cells copied from a spreadsheet)", choose: "Choose a file", drop: "or drop one here; up to 2,000 rows, 5 MB",
    tooLarge: (name: string) => `“${name}” is larger than 5 MB.`, columnFor: (input: string) => `Column for ${input}`, noColumn: "no column",
    errors: (bad: number, all: number) => `${bad} of ${all} rows do not fit and are left out`, rowError: (row: number, line: number, what: string) => `Row ${row} (line ${line}): ${what}`,
    atOnce: "Runs at once", start: (n: number) => (n === 1 ? "Run 1 row" : `Run ${n} rows`), earlier: "Tables that were run", progress: (n: number, all: number) => `${n} of ${all} rows`, done: (n: number) => (n === 1 ? "1 row" : `${n} rows`),
    stateCount: (n: number, state: string) => (state === "waiting" ? `${n} waiting` : `${n} failed`), another: "New table", results: "Results", output: "Output", state: "Status", time: "Time", tokens: "Tokens", run: "Run",
    openRun: (row: number) => `Open the run of row ${row}`, download: "Download CSV",
  },
  canvas: {
    canvas: "Flow canvas", nodeTools: "Actions for the selected node", unpublished: "Changed since the last publication", overview: "Overview", view: "View", zoomOut: "Zoom out", zoomIn: "Zoom in", fit: "Show everything (Ctrl 1)", tidy: "Tidy up (Alt Shift F)", shortcuts: "Shortcuts (?)",
    modes: { select: "Pointer: a drag selects in a box (V)", pan: "Hand: a drag moves the canvas (H)", note: "Comment: a click puts a note (C)" },
    zoomTo100: "Zoom to 100 % (Ctrl 0)", zoomIs: (n: number) => `Zoom ${n} %, set to 100 %`, outline: "Outline", outlineHint: "All nodes as a list (Ctrl F)", findNode: "Find a node",
    nodeName: "Name of the node", unknownNode: "unknown node", disabled: "disabled", emptyBody: "Drop nodes here: they run once for each item.",
    port: (label: string, node: string) => `${label} port of ${node}`, portHint: (label: string) => `${label}: drag to connect, click to add`,
    insertBetween: (from: string, to: string) => `Insert a node between ${from} and ${to}`, edge: (from: string, port: string, to: string) => `From ${from} ${port} to ${to}`,
    note: (text: string) => `Note: ${text}`, noteText: "Text of the note", notePlaceholder: "Write a note", emptyNote: "Empty note",
    empty: "A flow runs from left to right: begin with a start node, then connect what should happen.", addStart: "Add a start node", addAny: "Add any node",
    showSettings: "Show the settings", closeSettings: "Close the settings", settingsWidth: "Width of the settings", drawerHeight: "Height of the run panel",
    loading: "Loading the flow", failed: (why: string) => `This flow could not be loaded. ${why}`, tryAgain: "Try again",
    problems: "Problems", noProblems: "Nothing stands in the way of a run.", shortcutsTitle: "Shortcuts", handbook: "Open the help",
    tidyFailed: "The flow could not be arranged. Try again when the server can be reached.", noPart: "The clipboard holds no nodes of a flow.", noLongerFits: (why: string) => `That change no longer fits: ${why}`,
    unknownType: (type: string) => `Unknown node ${type}`,
    isHere: (name: string) => `${name} is here`, saveFirst: "Your last changes are not saved yet; they wait here. Try again when the connection is back.",
    nothingToTravel: "Others have changed this since; there is nothing left to take back.",
    refused: (why: string) => `The host refused a change: ${why} The flow was read again.`,
    marks: { queued: "queued", running: "running", waiting: "waiting", stopped: "stopped", done: "done", failed: "failed", skipped: "skipped", cached: "cached", cancelled: "cancelled" },
  },
  compare: { added: "added", removed: "removed", changed: "changed", moved: "moved", failed: "These two states could not be compared." },
  palette: {
    palette: "Node palette", add: "Add", addNode: "Add a node", searchHint: "Search all node types (A)", search: "Search nodes", fits: "What fits here", types: "Node types", nothingFits: "Nothing fits here.",
    favourites: "Favourites", recent: "Used last", favouriteHint: "Ctrl+B marks a favourite", example: "For example", gives: "Gives", noneHolds: (query: string) => `No node type holds “${query}”.`, emptyGroup: "No node types here yet.", connectTo: "Connect to",
    groups: {
      start: "Start", models: "Models", knowledge: "Knowledge", agents: "Agents", logic: "Logic", data: "Data", tools: "Tools", safety: "Safety", human: "Human", output: "Output",
    },
  },
  /** Why a change does not fit the document. */
  refusals: {
    nodeExists: (id: string) => `A node “${id}” exists already.`, noNode: (id: string) => `There is no node “${id}”.`, noNodeHere: (id: string) => `There is no node “${id}” on this level.`,
    edgeExists: (id: string) => `An edge “${id}” exists already.`, noEdge: (id: string) => `There is no edge “${id}”.`, noteExists: (id: string) => `A note “${id}” exists already.`, noNote: (id: string) => `There is no note “${id}”.`,
    groupExists: (id: string) => `A group “${id}” exists already.`, noGroup: (id: string) => `There is no group “${id}”.`,
  },
  keys: {
    groups: { edit: "Edit", nodes: "Nodes", view: "View", run: "Run" },
    checkpoint: "Keep a checkpoint", undo: "Undo", redo: "Redo", copy: "Copy", cut: "Cut", paste: "Paste", pasteWired: "Paste with incoming wires", duplicate: "Duplicate", selectAll: "Select all", delete: "Delete",
    deleteReconnect: "Delete and reconnect the neighbours", add: "Add a node", open: "Open the settings", expand: "Input, settings and output side by side", close: "Close", rename: "Rename", disable: "Disable or enable", note: "Add a note", usages: "Find usages of its values",
    neighbour: "Go to the neighbour", move: "Move", all: "Show everything", selection: "Show the selection", full: "100 %", zoomIn: "Zoom in", zoomOut: "Zoom out", tidy: "Tidy up",
    pan: "Pan", box: "Select in a box", help: "This help", run: "Run", pin: "Pin or unpin the last output", breakpoint: "Set or remove a breakpoint", goOn: "Continue from a breakpoint", stepOver: "Step over",
    group: "Put into a group", ungroup: "Take out of the group", collapse: "Collapse or expand", pointer: "Pointer: a drag selects in a box", hand: "Hand: a drag moves the canvas", comment: "Comment: a click puts a note",
    find: "Find names, types, settings", palette: "Go to anything", stop: "Stop the run",
  },
  menu: {
    open: "Open the settings", copy: "Copy", rename: "Rename", takeOut: "Take out of the container", deleteReconnect: "Delete and reconnect", addNote: "Add a note", tidy: "Tidy up", fit: "Show everything", shortcuts: "Shortcuts",
  },
  subflow: {
    newName: (name: string) => `${name} and what follows`, extract: "Make a sub-flow of the selection", inline: "Put its nodes here", open: "Open the sub-flow", extracted: (name: string) => `“${name}” is a flow of its own now.`, unbound: "No flow is chosen here.",
    notMade: (why: string) => `The sub-flow was not made: ${why}`, notFound: (why: string) => `The sub-flow could not be read: ${why}`,
    refused: {
      nothing: "Select the nodes that shall become a sub-flow.", levels: "The nodes stand on different levels.", start: "The start node belongs to this flow; leave it out.", answer: "An answer speaks to this flow’s caller; leave it out.",
      variables: "A node of the selection sets a variable of this flow; leave it out.", attached: "A tool and its agent cannot be parted.", entries: "The wires into the selection come from different places; a sub-flow begins at one.",
      exits: "The wires out of the selection lead to different places; a sub-flow has one way out.", apart: "A node between them is not selected.", noType: "This installation has no sub-flow node.",
    },
    notInlined: {
      notSubflow: "This node calls no flow.", errorBranch: "Its error port is connected; inside the flow no node stands for it.", attached: "It is an agent’s tool and stays one.", answers: "The sub-flow answers in several places, which one node cannot stand for.",
      conversation: "The sub-flow has variables or a conversation of its own.", wholeOutput: "A node uses its whole output; take single values of it first.", noStart: "The sub-flow has no start node.",
    },
  },
  outline: {
    search: "Search names, types and settings", nodes: "Nodes in the order of a run", empty: "No nodes yet.", leadsTo: (names: string) => `Leads to ${names}`, endsHere: "Leads nowhere",
  },
  wires: { title: "Wires", from: "from", to: "to", connect: (port: string) => `Connect ${port}`, cut: (name: string) => `Cut the wire with ${name}` },
  groups: {
    newTitle: "Group", title: "Title of the group", group: (title: string, n: number) => `Group ${title}, ${n === 1 ? "1 node" : `${n} nodes`}`, count: (n: number) => (n === 1 ? "1 node" : `${n} nodes`),
    collapse: (title: string) => `Collapse the group ${title}`, expand: (title: string) => `Expand the group ${title}`, menu: (title: string) => `Actions for the group ${title}`, titleHint: "Click to select its nodes, double-click to rename, drag to move",
    make: "Put into a group", ungroup: "Ungroup", select: "Select its nodes", deleteAll: "Delete with its nodes",
    colours: { grey: "Grey", blue: "Blue", green: "Green", amber: "Amber", red: "Red", violet: "Violet" },
  },
  /** What undo speaks of. */
  steps: {
    add: (type: string) => `Add ${type}`, delete: "Delete", deleteReconnect: "Delete and reconnect", paste: "Paste", duplicate: "Duplicate", disable: "Disable", enable: "Enable", move: "Move", tidy: "Tidy up",
    addNote: "Add note", editNote: "Edit note", resizeNote: "Resize note", rename: "Rename", connect: "Connect", reconnect: "Reconnect", extract: "Make a sub-flow", inline: "Put a sub-flow’s nodes here", cut: "Cut a wire", group: "Group", ungroup: "Ungroup", collapse: "Collapse", expand: "Expand", colour: "Change the colour", moveInto: "Move into the container", takeOut: "Take out of the container",
  },
};

export type Strings = typeof en;

/** The page's language, as dates and numbers want it. */
export const language = globalThis.document?.documentElement.lang || "en";
export const strings: Strings = language.startsWith("zh") ? zh : en;

/** The word for a name that came from elsewhere; the name itself where there is none. */
export const wordFor = (table: Readonly<Record<string, string>>, name: string): string => table[name] ?? name;
