/**
 * What programmers of other languages call a thing, and what the code calls it: identifiers are English nearly
 * everywhere. Only words whose translation in code is not in doubt.
 */

/** The stems by which code names what `word` says; empty if the word is unknown or already English. */
export const codeWords = (word: string): ReadonlyArray<string> => translations.get(word) ?? []

// internal

const table = `
budget: 予算 预算
journal: ジャーナル 日志 日誌 protokolliert
record: 記録 记录 aufzeichnung
permission: 権限 权限 rechte berechtigung berechtigungen
policy: ポリシー 方針 策略 richtlinie richtlinien
agent: エージェント 智能体 代理 agenten
tool: ツール 工具 werkzeug werkzeuge
lease: リース 租约
lock: ロック 锁 sperre sperren
queue: キュー 队列 warteschlange
cache: キャッシュ 缓存 zwischenspeicher
token: トークン 令牌 词元
limit: 制限 上限 限制 grenze grenzen
reserv: 予約 预留 预订 reserviert reservierung reservieren
retry: 再試行 リトライ 重试 wiederholung
timeout: タイムアウト 超时 zeitüberschreitung
deadline: 期限 締切 截止 frist fristen
schedul: スケジュール 调度 zeitplan
supervis: 監視 监督 überwachung
parse: 解釈 パース 構文 语法 zerlegen
format: 書式 フォーマット 格式
command: コマンド 命令 befehl befehle
argument: 引数 参数
workspace: ワークスペース 工作区 arbeitsbereich
message: メッセージ 消息 nachricht nachrichten
model: モデル 模型 modell modelle
prompt: プロンプト 提示词
role: 役割 ロール 角色 rolle rollen
goal: 目標 目标 ziel ziele
result: 結果 结果 ergebnis ergebnisse
usage: 消費 消耗 verbrauch
cost: 費用 コスト 成本 kosten
user: ユーザー 用户 benutzer nutzer
login: ログイン 登录 anmeldung
auth: 認証 认证 鉴权 authentifizierung
payment: 支払い 支払 支付 zahlung zahlungen
invoice: 請求書 发票 rechnung rechnungen
order: 注文 订单 bestellung bestellungen
customer: 顧客 客户 kunde kunden
search: 検索 搜索 suche
write: 書き込み 書き込む 写入 schreiben geschrieben
read: 読み込み 読み込む 读取 lesen gelesen
save: 保存 speichern gespeichert
delete: 削除 删除 löschen
hash: ハッシュ 哈希 prüfsumme
chain: チェーン 链 kette
event: イベント 事件 ereignis ereignisse
transaction: トランザクション 事务 transaktion transaktionen
recover: 復旧 回復 恢复 wiederherstellung
version: バージョン 版本
definition: 定義 定义
architectur: アーキテクチャ 架构 architektur
dependenc: 依存 依赖 abhängigkeit abhängigkeiten
exit: 終了 退出
render: 表示 渲染 darstellung`

const translations: ReadonlyMap<string, ReadonlyArray<string>> = new Map(
  [
    ...Map.groupBy(
      table
        .trim()
        .split("\n")
        .flatMap((line) => {
          const [code = "", words = ""] = line.split(": ")
          return words.split(" ").map((word) => [word, code] as const)
        }),
      ([word]) => word
    )
  ].map(([word, pairs]) => [word, pairs.map(([, code]) => code)] as const)
)
