// Every word the island shows, in Simplified Chinese. Terms: flow 流程, node 节点, run 运行, step 步骤, port 端口, draft 草稿, setting 设置项.
import type { Strings } from "./strings";

const none = "无";

export const zh: Strings = {
  common: {
    close: "关闭", cancel: "取消", remove: "移除", add: "添加", copy: "复制", copied: "已复制", none, optional: "可选", search: "搜索",
    noMatch: "没有匹配项", more: "更多", moveUp: "上移", moveDown: "下移", expand: "展开", collapse: "收起", showAll: (n) => `显示全部 ${n} 项`,
    entries: (n) => `${n} 项`, characters: (n) => `${n} 个字符`,
  },
  units: { minutes: (m, s) => `${m} 分 ${s} 秒`, hours: (h, m) => `${h} 小时 ${m} 分` },
  inspector: {
    panel: "检查器", resize: "检查器宽度", name: "名称", menu: "更多操作", runNode: "运行此节点", runTo: "运行到此处", duplicate: "创建副本",
    disable: "停用", enable: "启用", delete: "删除", settings: "设置", lastRun: "上次运行", onError: "出错时", disabled: "已停用",
    unset: "默认", reset: "恢复默认值",
    unknownType: "此处未安装这种节点类型。节点会原样保留；运行到它时会报告问题。",
    noSettings: "此节点无需设置。", required: "必填", insertHint: "输入 / 插入值", insert: "插入值",
    defaultIs: (value) => `默认：${value}`, noneChosen: "未选择", chooseOne: "请选择", noOptions: "此工作区还没有可供选择的项目。", unbind: "不选择",
    missingOption: (value) => `${value}（不可用）`, fix: "修复", problems: (n) => `${n} 个问题`,
    manySelected: (n) => `已选中 ${n} 个节点`, manyHint: "一次只显示一个节点的设置。", deleteAll: "全部删除", notANumber: "这不是数字。",
    outOfRange: (min, max) => (min !== undefined && max !== undefined ? `应在 ${min} 到 ${max} 之间。` : min !== undefined ? `至少为 ${min}。` : `至多为 ${max}。`),
    wholeNumber: "需要整数。", jsonError: (message) => `不是有效的 JSON：${message}`, addRow: (label) => `添加${label}`,
    row: (n) => `第 ${n} 项`, attached: (n) => `已连接 ${n} 个`, actsOutside: "对外操作", problemsBelow: (n) => `另有 ${n} 个问题显示在相应的字段旁。`, attachHint: "尚未连接。从节点上的菱形拖一条线到工具。",
  },
  conditions: {
    all: "全部成立", any: "任一成立",
    value: "值", operator: "运算符", other: "比较对象", add: "添加条件", none: "还没有条件。",
    operators: {
      equals: "等于", notEquals: "不等于", contains: "包含", notContains: "不包含", startsWith: "开头是", endsWith: "结尾是", matches: "匹配（正则）",
      greater: "大于", greaterOrEqual: "大于或等于", less: "小于", lessOrEqual: "小于或等于", isEmpty: "为空", isNotEmpty: "不为空", isTrue: "为真", isFalse: "为假",
    },
  },
  picker: {
    title: "值", filter: "筛选值", nothing: "没有匹配的值。", nothingYet: "此节点之前还没有节点运行。", mayNotRun: "可能为 null",
    groups: { upstream: "前面的节点", loop: "循环", arguments: "参数", variables: "变量", conversation: "对话", run: "运行" },
    runId: "本次运行的编号", runNow: "运行开始的时间", runConversation: "对话的编号", messages: "之前的消息",
    broken: (path) => `此处没有 ${path}`, lastValue: (value) => `上次的值：${value}`, editRaw: "双击以文本方式编辑",
    fixHint: "点按或按 Alt+Enter 修复", replaceWith: (name) => `使用 ${name}`, removeReference: "移除引用",
  },
  expression: {
    fx: "fx", on: "写成表达式", off: "恢复为值标签", offLiteral: "恢复为固定值", preview: "预览", evaluating: "…", nothingYet: (names) => `尚无 ${names} 的值：请先运行一次流程。`,
    fromRun: "使用所示运行的值", cut: "仅显示开头部分。", notRepresentable: "这些条件无法写成一个表达式；请移除使用“匹配”的行。",
    rowsAgain: "恢复为逐行条件", at: (line, column) => `第 ${line} 行第 ${column} 列：`, tooLarge: "值太大，无法预览。",
  },
  usages: {
    title: "值", uses: "使用", usedBy: "被使用", none: "没有其他节点使用它的值。", usesNothing: "它不使用其他节点的值。", find: "查找使用处", place: (node, setting) => `${node}，${setting}`,
    unknown: "不存在",
  },
  errors: {
    timeout: "超时", timeoutHelp: "每次尝试的时限，例如 10s、500ms 或 2m。留空表示不单独限时。", badDuration: "请输入带 ms、s、m 或 h 的数字，例如 10s。",
    attempts: "尝试次数", attemptsHelp: "1 表示不重试。", backoff: "等待时间", delay: "首次等待", fixed: "保持不变", exponential: "按指数增长", linear: "按线性增长",
    mode: "仍然失败时", fail: "运行失败", branch: "从错误端口继续", default: "用一个值继续", value: "值", port: "离开端口", join: "何时开始",
    joinAll: "所有走到的分支都完成后", joinAny: "第一个分支到达时",
  },
  flow: {
    panel: "流程", name: "名称", description: "说明", descriptionPlaceholder: "此流程的用途", mode: "模式", chat: "对话", task: "任务",
    chatHelp: "带有对话。", taskHelp: "一次输入，一次输出。", variables: "变量", noVariables: "节点可以读取、由“设置变量”写入的值。", addVariable: "添加变量",
    variableName: "名称", type: "类型", scope: "有效范围", scopeRun: "一次运行", scopeConversation: "整个对话", default: "默认值", slots: "需要", noSlots: "节点需要从此工作区取用的内容会显示在这里。",
    usedBy: (names) => `由 ${names} 使用`, unused: "没有节点使用", inputs: "输入", addInput: "添加输入", inputName: "名称", inputRequired: "必填", inputDescription: "说明",
    badName: "只能包含字母、数字和 _，且不能以数字开头。", takenName: "此名称已被占用。",
  },
  lastRun: {
    none: "此节点还没有运行过。", noneHint: "运行流程，或用上次运行的值单独运行此节点。", inputs: "输入", outputs: "输出", error: "错误", usage: "用量",
    attempts: "尝试", attempt: (n) => `第 ${n} 次尝试`, duration: "用时", tokens: (i, o) => `输入 ${i}，输出 ${o}`, cost: "费用", port: "离开端口", cached: "取自先前的运行",
    iteration: (n) => `第 ${n} 轮`, ofMany: (i, n) => `第 ${i} 步，共 ${n} 步`, previous: "上一步", next: "下一步", retryAfter: (text) => `${text}后重试`,
  },
  run: {
    panel: "运行", resize: "运行面板高度", tabRun: "运行", tabValues: "值", tabProblems: "问题", start: "运行", stop: "停止", stopping: "正在停止", send: "发送", close: "关闭运行面板",
    states: { queued: "排队中", running: "运行中", waiting: "等待人工处理", completed: "完成", failed: "失败", cancelled: "已停止" },
    stepStates: { ready: "排队中", running: "运行中", retrying: "正在重试", waiting: "等待中", completed: "完成", failed: "失败", skipped: "已跳过", cancelled: "已停止" },
    tokens: (n) => `${n} 个 token`, lost: "连接已断开，正在重试", nothing: "还没有运行。", nothingHint: "填写输入并运行流程。", nothingChat: "提一个问题来运行流程。",
    message: "消息", messagePlaceholder: "向流程提问", inputs: "输入", noInputs: "此流程没有输入。", required: "此输入为必填。",
    errors: { required: "此输入为必填。", number: "需要数字。", integer: "需要整数。", object: "需要 JSON 对象。", array: "需要 JSON 列表。" },
    result: "结果", values: "值", noOutput: "运行结束，但没有答复。", regenerate: "重新回答", newChat: "新对话", you: "您", answer: "回答",
    thinking: "处理中", openNode: "显示节点", citation: (n) => `来源 ${n}`, page: (n) => `第 ${n} 页`, noQuote: "没有记录原文。", noSource: "此标记没有记录来源。",
    human: "需要人工处理", comment: "备注", commentPlaceholder: "可选，与决定一同保存", deadline: (text) => `截止 ${text}`, decided: "已答复",
    noProblems: "没有问题。", errorCount: (n) => `${n} 个错误`, warningCount: (n) => `${n} 个警告`, refused: "流程还不能运行",
    failedTitle: "运行失败", cancelledTitle: "运行已停止", dismiss: "关闭", stepFailed: "失败", retries: (n) => `重试 ${n} 次`, cached: "取自先前的运行",
    unsaved: "最近的更改尚未保存", unsavedHint: "网络缓慢或已断开。更改保留在本机；保存后请再次运行。", unreachable: "无法连接服务器", answered: (status) => `服务器返回 ${status}。`,
    probeOnly: (name) => `只运行了“${name}”；其输出见步骤记录。`, probeTo: (name) => `流程运行到“${name}”为止。`,
    trace: "步骤记录", values_none: "上次运行的值会显示在这里。", details: "步骤详情", copyAnswer: "复制回答", readOnly: "您可以查看此流程，但不能运行。", turn: (n) => `第 ${n} 轮`, call: (n) => `调用 ${n}`, approval: "批准", boolTrue: "是", boolFalse: "否",
  },
  canvas: {
    canvas: "流程画布", overview: "概览", view: "视图", zoomOut: "缩小", zoomIn: "放大", fit: "显示全部 (Ctrl 1)", tidy: "自动整理 (Alt Shift F)", shortcuts: "快捷键 (?)",
    zoomTo100: "缩放到 100 % (Ctrl 0)", zoomIs: (n) => `缩放 ${n} %，点按恢复到 100 %`, outline: "大纲", outlineHint: "以列表显示所有节点 (Ctrl F)", findNode: "查找节点",
    nodeName: "节点名称", unknownNode: "未知节点", disabled: "已停用", emptyBody: "把节点拖到这里：每一项都会运行一次。",
    port: (label, node) => `${node} 的 ${label} 端口`, portHint: (label) => `${label}：拖动以连接，点按以添加`,
    insertBetween: (from, to) => `在 ${from} 和 ${to} 之间插入节点`, edge: (from, port, to) => `从 ${from} ${port} 到 ${to}`,
    note: (text) => `便签：${text}`, noteText: "便签内容", notePlaceholder: "写一条便签", emptyNote: "空便签",
    empty: "流程从左向右运行：先放一个开始节点，再连接接下来要做的事。", addStart: "添加开始节点", addAny: "添加任意节点",
    showSettings: "显示设置", closeSettings: "关闭设置", settingsWidth: "设置栏宽度", drawerHeight: "运行面板高度",
    loading: "正在加载流程", failed: (why) => `无法加载此流程。${why}`, tryAgain: "重试",
    problems: "问题", noProblems: "可以运行，没有问题。", shortcutsTitle: "快捷键",
    noPart: "剪贴板中没有流程节点。", noLongerFits: (why) => `该更改已不适用：${why}`,
    droppedOwn: "您的一项更改与他人的更改不再相符，已被舍弃。", droppedUnsent: "离线时所做的部分更改与此流程不再相符，已被舍弃。",
    unknownType: (type) => `未知节点 ${type}`,
    refused: (why) => `服务器拒绝了一项更改：${why} 流程已重新读取。`,
    marks: { queued: "排队中", running: "运行中", waiting: "等待中", done: "完成", failed: "失败", skipped: "已跳过", cached: "已缓存", cancelled: "已取消" },
  },
  palette: {
    palette: "节点面板", add: "添加", addNode: "添加节点", searchHint: "搜索所有节点类型 (A)", search: "搜索节点", fits: "此处适用", types: "节点类型", nothingFits: "此处没有适用的节点。",
    noneHolds: (query) => `没有节点类型包含“${query}”。`, emptyGroup: "这里还没有节点类型。", connectTo: "连接到",
    groups: {
      start: "开始", models: "模型", knowledge: "知识", agents: "智能体", logic: "逻辑", data: "数据", tools: "工具", safety: "安全", human: "人工", output: "输出",
    },
  },
  refusals: {
    nodeExists: (id) => `节点“${id}”已存在。`, noNode: (id) => `没有节点“${id}”。`, noNodeHere: (id) => `这一层没有节点“${id}”。`,
    edgeExists: (id) => `连线“${id}”已存在。`, noEdge: (id) => `没有连线“${id}”。`, noteExists: (id) => `便签“${id}”已存在。`, noNote: (id) => `没有便签“${id}”。`,
  },
  keys: {
    groups: { edit: "编辑", nodes: "节点", view: "视图", run: "运行" },
    undo: "撤销", redo: "重做", copy: "复制", cut: "剪切", paste: "粘贴", pasteWired: "连同输入连线一起粘贴", duplicate: "创建副本", selectAll: "全选", delete: "删除",
    deleteReconnect: "删除并连接相邻节点", add: "添加节点", open: "打开设置", close: "关闭", rename: "重命名", disable: "停用或启用", note: "添加便签", usages: "查找其值的使用处",
    neighbour: "转到相邻节点", move: "移动", all: "显示全部", selection: "显示所选", full: "100 %", zoomIn: "放大", zoomOut: "缩小", tidy: "自动整理",
    pan: "平移", box: "框选", help: "显示此帮助", run: "运行",
  },
  menu: {
    open: "打开设置", copy: "复制", rename: "重命名", takeOut: "移出容器", deleteReconnect: "删除并重新连接", addNote: "添加便签", tidy: "自动整理", fit: "显示全部", shortcuts: "快捷键",
  },
  steps: {
    add: (type) => `添加${type}`, delete: "删除", deleteReconnect: "删除并重新连接", paste: "粘贴", duplicate: "创建副本", disable: "停用", enable: "启用", move: "移动", tidy: "自动整理",
    addNote: "添加便签", editNote: "编辑便签", resizeNote: "调整便签大小", rename: "重命名", connect: "连接", reconnect: "重新连接", moveInto: "移入容器", takeOut: "移出容器",
  },
};
