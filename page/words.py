"""Every word that the page says by itself, in both languages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """One language. ``{}`` marks what is filled in."""

    language: str
    html_language: str
    name: str
    tagline: str
    other_language: str
    other_address: str
    theme: str
    skip: str

    tab_ask: str
    tab_documents: str
    tab_search: str
    tab_evaluation: str
    tab_settings: str

    welcome: str
    welcome_text: str
    welcome_empty: str
    welcome_empty_text: str
    counts: str
    ask_label: str
    ask_placeholder: str
    ask_hint: str
    send: str
    stop: str
    attach: str
    drop_here: str
    stages: tuple[str, str, str]
    working: str
    unchecked: str
    stopped: str
    failed: str
    you: str
    assistant: str

    cited: str
    sources: str
    by_extract: str
    by_model: str
    took: str
    searched_as: str
    flagged: str
    flagged_why: str
    flagged_note: str
    dropped_note: str
    refused: str
    refused_advice: str
    nearest: str
    copy: str
    copied: str
    again: str
    edit: str
    editing: str
    cancel: str
    useful: str
    useless: str
    export: str
    export_all: str
    export_choose: str
    export_up: str
    export_forms: dict[str, str]
    export_formats: dict[str, str]
    exporting: str
    exported: str
    followups: str
    text_leaves: str

    source: str
    close: str
    previous: str
    next: str
    of: str
    loading: str
    gone: str
    unreachable: str
    page: str
    line: str
    undated: str
    in_force: str
    repealed: str
    open_original: str
    open_viewer: str
    download: str
    whole: str
    excerpt: str
    more_before: str
    more_after: str
    copy_quote: str
    author: str
    contents: str
    to_page: str
    not_found: str
    not_found_text: str

    new_conversation: str
    history: str
    history_search: str
    history_empty: str
    history_none: str
    rename: str
    delete: str
    delete_sure: str
    save: str
    today: str
    earlier: str

    documents_intro: str
    documents_empty: str
    documents_none: str
    documents_search: str
    status_any: str
    column_title: str
    column_date: str
    column_status: str
    column_passages: str
    column_source: str
    column_author: str
    column_url: str
    column_actions: str
    reread: str
    reread_done: str
    reread_none: str
    dropped_title: str
    dropped_none: str
    view: str
    remove: str
    remove_sure: str
    removed: str
    show_more: str
    upload_label: str
    upload_hint: str
    uploaded: str
    ask_about: str
    choose: str
    ask_chosen: str
    scope: str
    scope_many: str
    scope_off: str
    file_status: dict[str, str]
    file_result: str
    file_dropped: str
    file_reading: str
    file_waiting: str
    file_kind: str
    file_too_big: str

    search_intro: str
    search_label: str
    search_placeholder: str
    search_mode: str
    search_modes: tuple[str, str, str]
    search_button: str
    search_none: str
    search_found: str
    by_lexical: str
    by_dense: str
    rank: str
    score: str
    passages: str

    login: str
    login_name: str
    login_password: str
    login_wrong: str
    logout: str
    admin_only: str

    text_size: str
    text_sizes: tuple[str, str, str]
    model_title: str
    model_intro: str
    model_none: str
    model_service: str
    model_address: str
    model_name: str
    model_key: str
    model_key_kept: str
    model_local: str
    model_test: str
    model_works: str
    unsupported_title: str
    unsupported_flag: str
    unsupported_drop: str
    settings_save: str
    settings_saved: str
    settings_overridden: str
    evaluation_intro: str
    evaluation_questions: str
    evaluation_own: str
    evaluation_feedback: str
    evaluation_start: str
    evaluation_busy: str
    evaluation_preparing: str
    evaluation_progress: str
    evaluation_download: str
    about: str
    about_home: str
    about_embedder: str
    about_reranker: str


ZH = Words(
    language="zh",
    html_language="zh-CN",
    name="党务问答",
    tagline="只依据资料作答，每句都能核对",
    other_language="English",
    other_address="/en/",
    theme="切换深浅色",
    skip="跳到正文",
    tab_ask="问答",
    tab_documents="资料库",
    tab_search="检索测试",
    tab_evaluation="评测",
    tab_settings="设置",
    welcome="今天想弄清楚哪件事？",
    welcome_text="答案里的每一句都标着出处。点开小数字，就能看到原文那一段。",
    welcome_empty="资料库还是空的",
    welcome_empty_text="把文本或 Markdown 文件拖到这里，就可以就着它们提问。文件只留在这台电脑上。",
    counts="资料库现有 {} 篇、{} 段",
    ask_label="问题",
    ask_placeholder="输入问题，例如：发展党员要经过哪些环节",
    ask_hint="回车发送，Shift + 回车换行",
    send="发送",
    stop="停止",
    attach="添加资料",
    drop_here="松开鼠标，加入资料库",
    stages=("检索", "组织", "核对引用"),
    working="正在{}…",
    unchecked="正在书写，尚未核对",
    stopped="已停止。",
    failed="程序出了意外，没有得到回答。可以再试一次；若总是这样，请把运行窗口里的提示发给维护的人。",
    you="提问",
    assistant="回答",
    cited="引用 {}，出自《{}》",
    sources="出处 {} 条",
    by_extract="摘录原文",
    by_model="由 {} 撰写，逐句核对",
    took="用时 {:.2f} 秒",
    searched_as="按“{}”检索",
    flagged="未找到依据",
    flagged_why="这句话在资料里找不到足够的依据，请不要直接引用；需要时请自行核实。",
    flagged_note="有 {} 句没有找到依据，已在文中标出。",
    dropped_note="有 {} 句没有找到依据，已略去。",
    refused="资料里没有答案",
    refused_advice="可以换个说法、写出文件或单位的全称再问，也可以把相关文件加入资料库。",
    nearest="最接近的内容",
    copy="复制",
    copied="已复制，含出处",
    again="重新回答",
    edit="修改",
    editing="正在修改这个问题，发送后它之后的内容会被替换。",
    cancel="取消",
    useful="有用",
    useless="没用",
    export="导出",
    export_all="导出整段对话",
    export_choose="勾选要导出的回答，可以调整先后",
    export_up="上移",
    export_forms={"answer": "原样", "lecture": "党课讲稿", "plan": "教案", "sources": "来源清单"},
    export_formats={
        ".docx": "Word",
        ".pdf": "PDF",
        ".pptx": "PPT 提纲",
        ".html": "网页",
        ".md": "Markdown",
        ".txt": "纯文本",
        ".csv": "表格",
        ".bib": "BibTeX",
    },
    exporting="正在生成文件…",
    exported="已下载",
    followups="接着问",
    text_leaves="问题和相关段落会发送到 {}，不再只留在本机",
    source="出处",
    close="关闭",
    previous="上一条引用",
    next="下一条引用",
    of="第 {} 条，共 {} 条",
    loading="正在取原文…",
    gone="这篇资料已被删除或更新，以下是回答时引用的原话。",
    unreachable="连不上服务，请看看程序是否还在运行。恢复以后页面会自己刷新。",
    page="第 {} 页",
    line="第 {} 行",
    undated="未注明日期",
    in_force="有效",
    repealed="废止",
    open_original="打开原文链接",
    open_viewer="在新页阅读",
    download="下载原文件",
    whole="展开全文",
    excerpt="只看前后文",
    more_before="前面还有 {} 段",
    more_after="后面还有 {} 段",
    copy_quote="复制引文",
    author="作者：{}",
    contents="目录",
    to_page="回到问答",
    not_found="没有这篇资料",
    not_found_text="它可能已被删除，或者更新后有了新的地址。",
    new_conversation="新对话",
    history="历史对话",
    history_search="搜索对话",
    history_empty="问过的问题会留在这里，只有这台设备的浏览器看得到。",
    history_none="没有找到相关的对话。",
    rename="改名",
    delete="删除",
    delete_sure="确定删除？",
    save="保存",
    today="今天",
    earlier="更早",
    documents_intro="回答只依据这里的资料。",
    documents_empty="资料库是空的。把文件拖到上面的方框里就可以开始。",
    documents_none="没有符合条件的资料。",
    documents_search="按标题或文件名筛选",
    status_any="全部",
    column_title="标题",
    column_date="日期",
    column_status="效力",
    column_passages="段落",
    column_source="文件",
    column_author="作者",
    column_url="原文链接",
    column_actions="操作",
    reread="检查更新",
    reread_done="已检查 {} 个文件：{} 个有更新，{} 个读不到。",
    reread_none="已检查 {} 个文件，没有变化。",
    dropped_title="没有收入的文字",
    dropped_none="这个文件的文字全部收入了。",
    view="查看",
    remove="移除",
    remove_sure="确定移除？",
    removed="已移除 {} 篇。",
    show_more="再显示 {} 篇",
    upload_label="添加资料",
    upload_hint="把文件拖到这里，或点击选择。支持 {}。",
    uploaded="新加入的资料",
    ask_about="就这份资料提问",
    choose="选中",
    ask_chosen="就选中的资料提问",
    scope="只在{}中查找",
    scope_many="只在{}等 {} 篇中查找",
    scope_off="改为在全部资料中查找",
    file_status={
        "added": "已加入",
        "updated": "已更新",
        "unchanged": "已在资料库中",
        "failed": "没有加入",
        "empty": "没有正文",
        "needs_ocr": "可能是扫描件",
    },
    file_result="{} 篇文章，{} 段",
    file_dropped="略去 {} 字非正文（如页眉、推荐阅读）",
    file_reading="正在读取…",
    file_waiting="等待中",
    file_kind="暂不支持这种文件。支持的有：{}。",
    file_too_big="文件超过 {} MB，请拆分后再加入。",
    search_intro="看看一个问题能找到哪些段落，以及它们是靠字词还是靠意思找到的。",
    search_label="检索词",
    search_placeholder="例如：三会一课",
    search_mode="方式",
    search_modes=("两者结合", "只按意思", "只按字词"),
    search_button="检索",
    search_none="没有找到相关段落。",
    search_found="{} 段，用时 {:.0f} 毫秒",
    by_lexical="字词第 {}",
    by_dense="意思第 {}",
    rank="名次",
    score="得分",
    passages="{} 段",
    login="登录",
    login_name="用户名",
    login_password="密码",
    login_wrong="用户名或密码不对。",
    logout="退出",
    admin_only="只有管理员可以这样做。",
    text_size="文字大小",
    text_sizes=("标准", "大", "特大"),
    model_title="大模型",
    model_intro="不接大模型也能用：回答直接摘录原文。接上以后由模型组织语言，每一句仍会与原文核对。",
    model_none="不用大模型（摘录原文）",
    model_service="服务",
    model_address="服务地址",
    model_name="模型名称",
    model_key="密钥",
    model_key_kept="留空则沿用已保存的密钥",
    model_local="模型在本机运行，文字不会离开这台电脑。",
    model_test="测试连接",
    model_works="连接正常，模型回复：{}",
    unsupported_title="找不到依据的句子",
    unsupported_flag="在文中标出",
    unsupported_drop="直接略去",
    settings_save="保存设置",
    settings_saved="已保存，从下一个问题起生效。",
    settings_overridden="这次启动时由 {} 指定了模型，下次启动仍以它为准。",
    evaluation_intro="用参考问题检查回答是否准确、引用是否对得上、该拒答时是否拒答，并与上一次比较。",
    evaluation_questions="问题",
    evaluation_own="自带的问题和资料",
    evaluation_feedback="读者评过“有用”“没用”的问题",
    evaluation_start="开始评测",
    evaluation_busy="已有一次评测正在进行，请等它结束。",
    evaluation_preparing="正在准备资料…",
    evaluation_progress="已问 {} / {} 题",
    evaluation_download="下载读者评价（问题文件）",
    about="关于这个资料库",
    about_home="保存位置",
    about_embedder="向量模型",
    about_reranker="重排模型",
)

EN = Words(
    language="en",
    html_language="en",
    name="Dangwu Q&A",
    tagline="Answers from your documents, every sentence checkable",
    other_language="中文",
    other_address="/",
    theme="Light or dark",
    skip="Skip to content",
    tab_ask="Ask",
    tab_documents="Documents",
    tab_search="Search test",
    tab_evaluation="Evaluation",
    tab_settings="Settings",
    welcome="What would you like to know?",
    welcome_text="Every sentence shows where it stands. Open a small number to see the paragraph.",
    welcome_empty="There are no documents yet",
    welcome_empty_text="Drop text or Markdown files here and ask about them. Files stay on this computer.",
    counts="Documents: {}, passages: {}",
    ask_label="Question",
    ask_placeholder="Ask a question, for example: How does one join the Party?",
    ask_hint="Enter sends, Shift + Enter starts a new line",
    send="Send",
    stop="Stop",
    attach="Add documents",
    drop_here="Drop to add to the documents",
    stages=("Search", "Compose", "Check citations"),
    working="{}…",
    unchecked="Being written, not yet checked",
    stopped="Stopped.",
    failed="Something unexpected happened and there is no answer. Try again; if it stays so, report what the program printed.",
    you="Question",
    assistant="Answer",
    cited="Citation {}, from {}",
    sources="Sources: {}",
    by_extract="Quoted from the documents",
    by_model="Written by {}, each sentence checked",
    took="{:.2f} s",
    searched_as="Searched as “{}”",
    flagged="no support found",
    flagged_why="The documents do not support this sentence. Do not quote it without checking it yourself.",
    flagged_note="{} sentence(s) without support are marked in the text.",
    dropped_note="{} sentence(s) without support were left out.",
    refused="The documents do not answer this",
    refused_advice="Try other words, or the full name of a document or body, or add a document.",
    nearest="Nearest passages",
    copy="Copy",
    copied="Copied, with sources",
    again="Answer again",
    edit="Edit",
    editing="You are editing this question; what follows it will be replaced.",
    cancel="Cancel",
    useful="Useful",
    useless="Not useful",
    export="Export",
    export_all="Export the conversation",
    export_choose="Choose the answers and their order",
    export_up="Move up",
    export_forms={"answer": "As shown", "lecture": "Lecture", "plan": "Lesson plan", "sources": "Sources"},
    export_formats={
        ".docx": "Word",
        ".pdf": "PDF",
        ".pptx": "Slides",
        ".html": "Web page",
        ".md": "Markdown",
        ".txt": "Plain text",
        ".csv": "Table",
        ".bib": "BibTeX",
    },
    exporting="Making the file…",
    exported="Downloaded",
    followups="Ask next",
    text_leaves="Questions and passages are sent to {} and leave this computer",
    source="Source",
    close="Close",
    previous="Previous citation",
    next="Next citation",
    of="{} of {}",
    loading="Fetching the passage…",
    gone="This document was removed or changed. These are the words that were cited.",
    unreachable="The server cannot be reached. Is the program running? The page reloads by itself.",
    page="page {}",
    line="line {}",
    undated="no date",
    in_force="in force",
    repealed="repealed",
    open_original="Open the original",
    open_viewer="Read in full",
    download="Download the file",
    whole="Show all",
    excerpt="Show less",
    more_before="{} more above",
    more_after="{} more below",
    copy_quote="Copy quote",
    author="By {}",
    contents="Contents",
    to_page="Back to questions",
    not_found="There is no such document",
    not_found_text="It may have been removed, or has a new address since it changed.",
    new_conversation="New conversation",
    history="Conversations",
    history_search="Search conversations",
    history_empty="Your questions are kept here. Only this browser can see them.",
    history_none="No conversation found.",
    rename="Rename",
    delete="Delete",
    delete_sure="Really delete?",
    save="Save",
    today="Today",
    earlier="Earlier",
    documents_intro="Answers rest on these documents alone.",
    documents_empty="There are no documents. Drop files into the box above to begin.",
    documents_none="No document matches.",
    documents_search="Filter by title or file",
    status_any="All",
    column_title="Title",
    column_date="Date",
    column_status="Status",
    column_passages="Passages",
    column_source="File",
    column_author="Author",
    column_url="Original",
    column_actions="Actions",
    reread="Check for changes",
    reread_done="{} files checked: {} changed, {} could not be read.",
    reread_none="{} files checked, nothing has changed.",
    dropped_title="Words that were left out",
    dropped_none="Nothing of this file was left out.",
    view="View",
    remove="Remove",
    remove_sure="Really remove?",
    removed="{} removed.",
    show_more="Show {} more",
    upload_label="Add documents",
    upload_hint="Drop files here or click to choose. {} are understood.",
    uploaded="Just added",
    ask_about="Ask about this",
    choose="Choose",
    ask_chosen="Ask about the chosen documents",
    scope="Only in {}",
    scope_many="Only in {} and others, {} in all",
    scope_off="Search all documents again",
    file_status={
        "added": "added",
        "updated": "updated",
        "unchanged": "already there",
        "failed": "not added",
        "empty": "no text",
        "needs_ocr": "probably a scan",
    },
    file_result="articles: {}, passages: {}",
    file_dropped="{} characters that are not the author's text were left out",
    file_reading="Reading…",
    file_waiting="Waiting",
    file_kind="This kind of file is not supported. Supported: {}.",
    file_too_big="The file is larger than {} MB. Split it first.",
    search_intro="See which passages a query finds, and whether by its words or by its meaning.",
    search_label="Query",
    search_placeholder="for example: 三会一课",
    search_mode="Mode",
    search_modes=("Both", "Meaning only", "Words only"),
    search_button="Search",
    search_none="Nothing found.",
    search_found="Passages: {}, in {:.0f} ms",
    by_lexical="words {}",
    by_dense="meaning {}",
    rank="Rank",
    score="Score",
    passages="{} passages",
    login="Log in",
    login_name="Name",
    login_password="Password",
    login_wrong="Wrong name or password.",
    logout="Log out",
    admin_only="Only an administrator can do this.",
    text_size="Text size",
    text_sizes=("Normal", "Large", "Larger"),
    model_title="Language model",
    model_intro="None is needed: answers quote the documents. With one, every sentence is still checked.",
    model_none="None (quote the documents)",
    model_service="Service",
    model_address="Address",
    model_name="Model",
    model_key="Key",
    model_key_kept="Leave empty to keep the saved key",
    model_local="The model runs on this computer; no text leaves it.",
    model_test="Test",
    model_works="It works. The model says: {}",
    unsupported_title="Sentences without support",
    unsupported_flag="Mark them",
    unsupported_drop="Leave them out",
    settings_save="Save",
    settings_saved="Saved. It holds from the next question on.",
    settings_overridden=" This start was given a model by {}; the next one will follow that again.",
    evaluation_intro="Are answers right, do citations hold, is refused what should be? Compared with the last run.",
    evaluation_questions="Questions",
    evaluation_own="The project's own questions and documents",
    evaluation_feedback="Questions that readers rated",
    evaluation_start="Start",
    evaluation_busy="An evaluation is under way; wait for its end.",
    evaluation_preparing="Preparing the documents…",
    evaluation_progress="{} of {} questions asked",
    evaluation_download="Download the ratings as a question file",
    about="About this knowledge base",
    about_home="Kept in",
    about_embedder="Embedding model",
    about_reranker="Reranker",
)
