"""Words that pages, web sites and offices put around texts, and that name kinds of texts; data only.

A list is written as one string with blanks between the words; Traditional spellings stand beside the
Simplified ones.
"""

from __future__ import annotations


def one_of(words: str) -> str:
    """A regular expression group for the words of a list, longer ones first: 首页 must not hide 网站首页."""
    return "(?:" + "|".join(sorted(words.split(), key=len, reverse=True)) + ")"


WHO_LABELS = """
文章来源 信息来源 稿件来源 新闻来源 来源于 来源 來源 稿源 文章作者 作者 撰稿人 撰稿 供稿单位 供稿 发布机构
发布单位 发文机关 Author Source
"""
LABELS = f"""
{WHO_LABELS} 出处 作者单位 通讯员 本报记者 记者 责任编辑 責任編輯 本期编辑 编辑 责编 编审 审核人 审核 校对
初审 复审 终审 一审 二审 三审 监制 录入 发布时间 發佈時間 发布日期 發佈日期 发表时间 更新时间 更新日期
成文日期 发文日期 生成日期 添加时间 时间 日期 发布者 发布人 发布 索引号 文号 发文字号 主题分类 主题词
公开方式 有效性 浏览次数 浏览量 浏览 阅读次数 阅读量 阅读 点击次数 点击数 点击量 点击率 点击 访问量 人气
字号 字体大小 字体 字数 原文链接 原文地址 来源链接 本文链接 链接地址 网址 分享到 分享 关键词 标签 栏目 分类
上一篇 下一篇 上一条 下一条 上篇 下篇 Tags? Date Posted Views
"""
# Authors write these in minutes and lists of their own: alone on a line they prove nothing.
COMMON_LABELS = """
时间 日期 分类 栏目 文号 作者单位 发布 审核 审核人 记者 阅读 浏览 点击 分享 关键词 主题词 字数 通讯员 校对
"""
MAIL_LABELS = """
发件人 收件人 抄送 密送 主题 发送时间 发件时间 附件 日期 时间 寄件者 收件者 副本 主題 From To Cc Bcc Subject
Sent Date
"""
FORM_LABELS = """
时间 地点 日期 主持 主持人 记录 记录人 出席 列席 参加 缺席 请假 应到 实到 主题 议题 内容 议程 对象 范围 人员
单位 姓名 电话 联系人 发言 发言人 标签 关键词 摘要 来源 作者
"""

COUNTED = (
    "阅读 浏览 评论 点赞 赞 喜欢 收藏 转发 分享 在看 点击 播放 次 人气 回复 views? likes? comments? reads?"
)
BUTTONS = r"""
网站首页 首页 主页 发现 等你来答 登录 注册 加入\S{2} 关注问题 关注 已关注 写回答 邀请回答 添加评论 查看全部
展开 收起 回复 举报 评论 赞同 喜欢 点赞 赞 收藏 分享 转发 在看 打赏 默认 最新 最热 正序 倒序 楼主 只看
更多回答 更多 上一页 下一页 尾页 末页 上页 下页 打印 关闭 返回 微信 微博 QQ空间 QQ好友 QQ 朋友圈 复制链接
下载 播放 弹幕 投币 字体 字号 大 中 小 A[-+] 繁体 简体 English 搜索 阅读 浏览 人 次 条 个 了 该 回答 到
"""
LONE_BUTTONS = r"""
分享 收藏 打印 关闭 举报 点赞 转发 评论 广告 赞 在看 阅读原文 阅读全文 展开全文 返回顶部 原创 END The\sEnd
全文完 完 正文 图片 发表评论 我要评论
"""
APPEALS = """
点击 长按 扫码 扫一扫 扫描 识别 二维码 公众号 蓝字 蓝色字 阅读原文 阅读全文 展开全文 在看 点赞 朋友圈 QQ空间
微博 字体 字号 打印 关闭 设为首页 加入收藏 返回顶部 返回首页 查看更多 客户端 订阅 星标 置顶 小程序 视频号
"""
APPEAL_WORDS = r"""
上方 下方 左下角 右下角 图片 关注 分享 收藏 转发 微信 我们 更多 大\s?中\s?小 窗口 本页 下载 加载 保存
复制链接 点亮 传递 正能量 支持 一下 再走 吧 点个 举报 投诉 纠错 返回 到
"""
MENU_WORDS = """
首页 主页 网站地图 联系我们 关于我们 无障碍 长者模式 简体 繁体 English 登录 注册 版权声明 隐私 帮助 友情链接
站内搜索 RSS
"""
MORE = """
相关 相關 推荐 推薦 更多 往期 延伸 热门 熱門 精彩 最新 猜你 其他人还 大家都在 喜欢此内容的人还 编辑 为你
精选
"""
MORE_OF = """
阅读 閱讀 文章 新闻 新聞 链接 連結 内容 推荐 推薦 回顾 精彩 资讯 稿件 报道 喜欢 看 热点 专题 精选 更多 问题
"""
NOTICE_HEADS = r"""
© \(c\) copyright 版权 版權 著作权 著作權 免责 免責 声明 聲明 转载 轉載 特别声明 温馨提示 本文系 本文由
本文来自 本文转载 本文版权 本文著作权 未经 凡本网 如有侵权 侵权 图片来源 文图来源
"""
NOTICE_WORDS = r"""
版权 版權 著作权 著作權 转载 轉載 侵权 侵權 授权 授權 许可 出处 联系作者 联系我们 删除 删侵 侵删
all\srights\sreserved 免责 网络 copyright ©
"""

KINDS = """
制度 办法 规定 条例 细则 规则 准则 通知 通报 公告 通告 意见 方案 报告 讲话 讲稿 发言 总结 要点 纪要 记录
守则 职责 流程 倡议书 决定 决议 公约 清单 提纲 党课 材料 体会 随笔 辞 信 辦法 規定 條例 細則 總結 報告 講話
"""
KINDS_ON_A_LINE = """
讲话 講話 通知 通报 公告 意见 报告 决定 函 发言 致辞 纪要 总结 实施方案 工作方案 实施细则
"""
COLLECTIONS = "汇编 选编 文集 集锦 选集 文选 材料集 合集 专辑 案例集 彙編 選編"
LETTERHEADS = "文件 简报 内部资料 学习资料 参阅件"
ADDRESSEES = "同志们 同志們 同事们 朋友们 代表们 同学们 领导 来宾 委员 书记 党委 支部 单位 部门"
OFFICES = """
支部 党委 委员会 党组 党总支 办公室 部 局 办 厅 处 科 镇 乡 村 站 所 组 院 校 社 街道 社区 公司 集团 学校
学院 大学 医院 中心 编写组 课题组 记者 通讯员 书记
"""
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘于蒋蔡余杜叶程苏魏"
    "吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严"
    "覃武戴莫孔向汤張劉陳楊黃趙吳孫馬羅鄭許馮鄧蕭蔣葉蘇呂盧鍾譚陸賈韋鄒"
)
# What the parts of one article are called; the title of an article says what it is about.
PARTS_OF_REPORTS = r"""
[\d年月度上下半、和与及的] 主要 基本 总体 工作 存在 下一步 今后 具体 有关 几点 一些 经验 典型 做法 成效 情况
问题 不足 原因 分析 打算 计划 措施 对策 建议 背景 目标 任务 要求 概况 前言 引言 序言 结语 启示 体会 思考
安排 思路 内容 步骤 意义 保障 总结 回顾 说明
"""
GENERIC_NAMES = r"""
新建.* 未命名.* 无标题.* 文档\d* 文本\d* 下载.* 副本.* untitled.* document\d* new\s?text.* readme text\d*
file\d* copy.* temp.*
"""
CLOSINGS = """
同志们 各位 朋友们 总之 总而言之 综上 总的来说 说到底 归根结底 一句话 最后， 下一步 今后， 今后一段 接下来
面向未来 展望未来 让我们 站在新 新征程上 征程万里 特此 此致 以上 衷心 谢谢
"""
