"""Every word that the page says by itself: what there is to say. ``words_zh`` and ``words_en`` say it."""

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
    unchecked: str
    stopped: str
    failed: str
    you: str
    assistant: str

    cited: str
    sources: str
    by_extract: str
    by_model: str
    by_nli: str
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
    author: str
    contents: str
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

    documents_intro: str
    documents_empty: str
    documents_empty_reader: str
    documents_none: str
    documents_search: str
    status_any: str
    year: str
    year_any: str
    column_title: str
    column_date: str
    column_status: str
    column_passages: str
    column_source: str
    column_author: str
    column_url: str
    example: str
    column_actions: str
    reread: str
    reread_done: str
    reread_none: str
    dropped_title: str
    dropped_none: str
    remove: str
    remove_sure: str
    show_more: str
    upload_hint: str
    kinds: dict[str, str]
    uploaded: str
    ask_about: str
    ask_about_these: str
    choose: str
    ask_chosen: str
    scope: str
    scope_many: str
    scope_off: str
    scope_everywhere: str
    scope_choose: str
    scope_apply: str
    collections: str
    collection_all: str
    collection_new: str
    collection_name: str
    collection_count: str
    collection_ask: str
    collection_remove: str
    collection_remove_sure: str
    collection_put: str
    collection_take: str
    collection_none: str
    collection_empty: str
    file_status: dict[str, str]
    file_result: str
    file_dropped: str
    file_reading: str
    file_waiting: str

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
    settings_readers: str
    settings_overridden: str
    evaluation_intro: str
    evaluation_questions: str
    evaluation_own: str
    evaluation_feedback: str
    evaluation_start: str
    evaluation_stopped: str
    evaluation_none: str
    evaluation_preparing: str
    evaluation_progress: str
    evaluation_download: str
    retrieval_title: str
    retrieval_intro: str
    models_apply: str
    models_loading: str
    models_ask: str
    models_begin: str
    models_progress: str
    models_done: str
    models_stopped: str
    about: str
    about_home: str
    about_embedder: str
    about_reranker: str
    about_nli: str
