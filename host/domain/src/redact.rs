//! Redaction (脱敏) of free text before it crosses to a rule or into a log: runs of digits
//! that can be telephone, identity or card numbers, plates, mail addresses, and words that
//! look like a person's name with a form of address.
//!
//! It errs on the side of masking: a rule decides on categories, places and figures, not on
//! names. It is a net under the caller's reference staying in the vault, not a replacement.

use jiff::civil::Date;
use regex::{Captures, Regex};
use std::borrow::Cow;
use std::sync::LazyLock;

/// Common surnames (百家姓, the two hundred most frequent and the usual double ones): a
/// form of address alone is not enough to mask a word.
const SURNAMES: &str = "欧阳|司马|上官|诸葛|东方|尉迟|公孙|慕容|令狐|皇甫|\
    [王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付傅方白邹孟熊秦邱丘江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝]";

/// A pattern, its mask, and whether what it found is to be masked.
type Masking = (Regex, &'static str, fn(&str) -> bool);

/// Lists of building numbers and temperatures have short runs of digits; numbers of people
/// have a longer one, or are spelled out digit by digit.
fn is_number(found: &str) -> bool {
    if is_day(found) {
        return false;
    }
    let runs = found.split(|c: char| !c.is_numeric()).map(|run| run.chars().count());
    let digits = found.chars().filter(|c| c.is_numeric()).count();
    digits >= 11 || runs.max().unwrap_or(0) >= 3
}

/// The days that deadlines, seasons and settings speak of, as `2024-11-05`. No telephone is written
/// like that, and hardly a caller's birthday lies in these years.
fn is_day(found: &str) -> bool {
    let day = (found.len() == "2024-11-05".len()).then(|| found.parse::<Date>().ok()).flatten();
    day.is_some_and(|day| (2020..2040).contains(&day.year()))
}

static PATTERNS: LazyLock<[Masking; 6]> = LazyLock::new(|| {
    let compile = |pattern: &str| {
        #[expect(clippy::expect_used, reason = "the patterns are fixed and compiled by a test")]
        Regex::new(pattern).expect("a fixed pattern")
    };
    [
        (compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"), "【邮箱】", |_| true),
        (
            compile(r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·\s]?[A-Z0-9]{5,6}"),
            "【车牌】",
            |_| true,
        ),
        // Seven digits or more, also full-width, also with separators between them, seen or
        // not: what cannot be seen must not keep two digits apart.
        (
            compile(
                r"[0-9０-９](?:[\s\-－—·./*_+()（）\x00-\x1f\x7f\u{ad}\u{200b}-\u{200f}\u{202a}-\u{202e}\u{2060}-\u{206f}\u{feff}]{0,4}[0-9０-９]){6,}[Xx]?",
            ),
            "【号码】",
            is_number,
        ),
        (
            compile(
                r"[零〇一二三四五六七八九幺](?:[\s\-－、\x00-\x1f\x7f\u{ad}\u{200b}-\u{200f}\u{202a}-\u{202e}\u{2060}-\u{206f}\u{feff}]{0,4}[零〇一二三四五六七八九幺]){6,}",
            ),
            "【号码】",
            |_| true,
        ),
        (
            compile(&format!(
                "(?:我叫|我是|姓名[是为：:]?|名叫|叫做|联系人[是为：:]?)(?:{SURNAMES})[\\p{{Han}}]{{1,2}}"
            )),
            "【姓名】",
            |_| true,
        ),
        (
            compile(&format!(
                "(?:{SURNAMES})[\\p{{Han}}]{{0,2}}?(?:先生|女士|小姐|同志|师傅|大爷|大妈|大娘|阿姨|叔叔|老师|经理|主任|书记|局长)"
            )),
            "【姓名】",
            |_| true,
        ),
    ]
});

/// Masks what could tell who somebody is.
///
/// ```
/// use chuishao_domain::redact::redact;
/// assert_eq!(redact("李先生 138 0536 1234 反映路面破损"), "【姓名】 【号码】 反映路面破损");
/// assert_eq!(redact("8号楼3单元室温14度"), "8号楼3单元室温14度");
/// ```
#[must_use]
pub fn redact(text: &str) -> String {
    let mut shown = Cow::Borrowed(text);
    for (pattern, mask, is_meant) in PATTERNS.iter() {
        let masked =
            pattern.replace_all(
                &shown,
                |found: &Captures<'_>| {
                    if is_meant(&found[0]) { (*mask).to_owned() } else { found[0].to_owned() }
                },
            );
        if let Cow::Owned(masked) = masked {
            shown = Cow::Owned(masked);
        }
    }
    shown.into_owned()
}

#[cfg(test)]
mod tests {
    use super::redact;

    #[test]
    fn masks_what_tells_who_somebody_is() {
        for (text, shown) in [
            ("电话13805361234", "电话【号码】"),
            ("电话１３８０５３６１２３４", "电话【号码】"),
            ("座机0536-8791234", "座机【号码】"),
            ("幺三八零五三六幺二三四", "【号码】"),
            ("一三八 零五三六 一二三四", "【号码】"),
            ("138\u{200b}0536\u{200b}1234", "【号码】"),
            ("138/0536/1234", "【号码】"),
            ("1985-03-12出生", "【号码】出生"),
            ("2024-11-05-138", "【号码】"),
            ("2024-1105", "【号码】"),
            ("身份证37070219900101123X。", "身份证【号码】。"),
            ("车牌鲁G·12345占道", "车牌【车牌】占道"),
            ("邮箱 a.b@example.com", "邮箱 【邮箱】"),
            ("我是张三丰，住3号楼", "【姓名】，住3号楼"),
            ("欧阳女士投诉", "【姓名】投诉"),
            ("物业王经理不接", "物业【姓名】不接"),
        ] {
            assert_eq!(redact(text), shown, "{text}");
        }
    }

    #[test]
    fn leaves_places_and_figures() {
        for text in [
            "东方花园8号楼2单元",
            "室温14.5度，已报修3次",
            "2024年11月6日",
            "开始日 2025-06-13 晚于结束日 2025-03-31",
            "奎文区东关街道",
            "3、5、7、8、9、11号楼都不热",
            "室温14.5、15.2、16度",
        ] {
            assert_eq!(redact(text), text);
        }
    }
}
