//! The check of the vault: it is spoilt in every way that would lose a caller, keep him too long or
//! hide who looked at him, and the binary names each record, without the key file and with it.

use super::super::databases::{Raw, on_both};
use super::super::harness::TestServer;
use super::super::process::{Said, chuishao};
use super::super::story::FOLLOW_UP;
use super::{called_by, caller_of, look, post};
use chuishao_server::store::Kind;

on_both!(everything_that_is_wrong_with_a_record_is_named, a_row_that_does_not_open_is_named);

const TICKET: &str = "有来电人记录而没有工单";
const NO_HISTORY: &str = "没有来电人记录的留痕";
const UNREADABLE: &str = "留痕不能识别";
const GAP: &str = "留痕不连续";
const KEPT: &str = "已删除而密文仍在";
const GONE: &str = "未删除而密文不在";
const ANOTHERS: &str = "代号与工单不一致";
const KEY_ID: &str = "密钥编号与密文或留痕不一致";
const UNKNOWN_KEY: &str = "所用密钥没有登记";
const HASH_OF_ANOTHER_KEY: &str = "号码检索值与密钥编号不一致";
const LOOK: &str = "到期查看时刻与保留不一致";
const CLOSED: &str = "不能解开";
const HASH: &str = "号码检索值与密文不一致";

/// What is done to one record of two events, `$` being its reference, and what the check says to it.
const SPOILT: [(&str, &[&str]); 13] = [
    ("delete from ticket where 'C-' || id = '$'", &[TICKET]),
    ("delete from caller_record where reference = '$'", &[NO_HISTORY]),
    ("update caller_record set document = '{' where reference = '$' and sequence = 2", &[UNREADABLE]),
    ("update caller_record set at = at + 1 where reference = '$' and sequence = 2", &[UNREADABLE]),
    ("update caller_record set sequence = 3 where reference = '$' and sequence = 2", &[UNREADABLE]),
    ("delete from caller_record where reference = '$' and sequence = 1", &[GAP]),
    (
        "insert into caller_record (reference, sequence, at, document) values ('$', 3, MOMENT, \
         '{\"sequence\":3,\"at\":\"2024-06-25T01:10:00Z\",\"by\":{\"actor\":\"clock\"},\"event\":\"erased\",\"ground\":\"time-over\"}')",
        &[KEPT],
    ),
    ("delete from caller_sealed where reference = '$'", &[GONE]),
    ("update caller_sealed set ticket_id = 'WF20240625000001-0' where reference = '$'", &[ANOTHERS]),
    ("update caller_sealed set key_id = '2020-01' where reference = '$'", &[KEY_ID, UNKNOWN_KEY, HASH_OF_ANOTHER_KEY]),
    ("update caller_sealed set phone_hash = '2020-01:00' where reference = '$'", &[HASH_OF_ANOTHER_KEY]),
    ("update caller_sealed set look_at = null where reference = '$'", &[LOOK]),
    ("update caller_sealed set envelope = substr(envelope, 1, 3) where reference = '$'", &[KEY_ID]),
];

/// Registers a caller's ticket, and has somebody look at him.
async fn looked_at(server: &TestServer, number: usize) -> String {
    let id = server.register(&called_by("赵某某", &format!("1380000{number:04}"))).await.ticket;
    let reference = caller_of(server, &id).await;
    let path = format!("/v1/callers/{reference}/unmask");
    assert_eq!(post(server, FOLLOW_UP, &path, &look(&id, "follow-up-call", &["name"])).await.status, 200);
    reference
}

async fn verify(server: &TestServer, keys: bool) -> Said {
    let file = server.folder().join("vault.keys");
    let mut args = vec!["verify", "--database", &server.database().url];
    if keys {
        args.extend(["--vault-keys", file.to_str().expect("UTF-8")]);
    }
    chuishao(&args).await
}

/// The words that the check says of a record.
fn told<'a>(said: &'a Said, reference: &str) -> Vec<&'a str> {
    said.text.lines().filter_map(|line| line.strip_prefix(&format!("不一致：{reference} "))).collect()
}

async fn everything_that_is_wrong_with_a_record_is_named(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    let mut records = Vec::new();
    for number in 0..=SPOILT.len() {
        records.push(looked_at(&server, number).await);
    }
    let healthy = verify(&server, false).await;
    let counted = format!("核对 {} 条来电人记录，没有密钥文件", records.len());
    assert!(healthy.success && healthy.text.contains(&counted), "{healthy:?}");

    let mut raw = Raw::open(server.database()).await;
    for (reference, (sql, _)) in records.iter().zip(SPOILT) {
        let sql = sql.replace('$', reference).replace("MOMENT", "1719277800000");
        assert!(raw.execute(&sql).await > 0, "{sql}");
    }
    let said = verify(&server, false).await;
    assert!(!said.success, "{said:?}");
    for (reference, (sql, words)) in records.iter().zip(SPOILT) {
        let told = told(&said, reference);
        assert!(told.len() == words.len(), "{sql}: {told:?}");
        assert!(words.iter().all(|words| told.iter().any(|told| told.contains(words))), "{sql}: {told:?}");
    }
    assert_eq!(told(&said, &records[SPOILT.len()]), [""; 0], "a sound record is not accused");
    server.finish_spoilt().await;
}

async fn a_row_that_does_not_open_is_named(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    let (mut records, count) = (Vec::new(), 4);
    for number in 0..count {
        records.push(looked_at(&server, number).await);
    }
    let healthy = verify(&server, true).await;
    let counted = format!("核对 {count} 条来电人记录，解开 {count} 条");
    assert!(healthy.success && healthy.text.contains(&counted), "{healthy:?}");

    let mut raw = Raw::open(server.database()).await;
    let [sound, sealed, hash, both] = [0, 1, 2, 3].map(|place| records[place].as_str());
    // Another's row is sealed soundly, but not for this reference.
    for (column, reference) in [("envelope", sealed), ("phone_hash", hash), ("envelope", both), ("phone_hash", both)] {
        let taken = format!("select {column} from caller_sealed where reference = '{sound}'");
        let sql = format!("update caller_sealed set {column} = ({taken}) where reference = '{reference}'");
        assert_eq!(raw.execute(&sql).await, 1, "{sql}");
    }
    let without = verify(&server, false).await;
    assert!(without.success, "without the keys nothing shows: {without:?}");
    let said = verify(&server, true).await;
    assert!(!said.success && said.text.contains("共有 3 处不一致"), "{said:?}");
    for (reference, words) in [(sealed, CLOSED), (hash, HASH), (both, CLOSED)] {
        let told = told(&said, reference);
        assert!(told.len() == 1 && told[0].contains(words), "{reference}: {told:?}");
    }
    server.finish_spoilt().await;
}
