//! Reading settings, figures and fields without matching on variants. What is missing or of
//! another type is a typed [`Failure`] that names it.

use crate::{Context, DayKind, FactValue, Failure, Moment, NamedValue, Ticket, Value};

fn find<'a>(values: &'a [NamedValue], name: &str) -> Option<&'a Value> {
    values.iter().find(|named| named.name == name).map(|named| &named.value)
}

fn wrong(name: &str, wanted: &str) -> Failure {
    Failure::BadSetting(format!("设置 {name} 应为{wanted}"))
}

impl Context {
    /// An integer setting.
    ///
    /// # Errors
    /// It is not there or no integer.
    pub fn integer(&self, name: &str) -> Result<i64, Failure> {
        match find(&self.settings, name) {
            Some(Value::Integer(number)) => Ok(*number),
            _ => Err(wrong(name, "整数")),
        }
    }

    /// A text setting; dates come as text, `2024-11-05`.
    ///
    /// # Errors
    /// It is not there or no text.
    pub fn text(&self, name: &str) -> Result<&str, Failure> {
        match find(&self.settings, name) {
            Some(Value::Text(text)) => Ok(text),
            _ => Err(wrong(name, "文本")),
        }
    }

    /// A setting that is a list of texts.
    ///
    /// # Errors
    /// It is not there or no list.
    pub fn texts(&self, name: &str) -> Result<&[String], Failure> {
        match find(&self.settings, name) {
            Some(Value::Texts(texts)) => Ok(texts),
            _ => Err(wrong(name, "文本列表")),
        }
    }

    /// What a table setting has under a key. `None` when the table does not have the key.
    ///
    /// # Errors
    /// The setting is not there or no table.
    pub fn look_up(&self, name: &str, key: &str) -> Result<Option<&str>, Failure> {
        match find(&self.settings, name) {
            Some(Value::Table(rows)) => Ok(rows.iter().find(|(k, _)| k == key).map(|(_, text)| text.as_str())),
            _ => Err(wrong(name, "对照表")),
        }
    }

    /// A figure that the manifest asked for.
    ///
    /// # Errors
    /// The manifest did not ask for it, or the ticket does not say what is to be alike.
    pub fn count(&self, name: &str) -> Result<u32, Failure> {
        match self.facts.iter().find(|fact| fact.name == name).map(|fact| &fact.value) {
            Some(FactValue::Count(count)) => Ok(*count),
            Some(FactValue::Unavailable(why)) => Err(Failure::MissingData(format!("事实 {name} 不可用：{why}"))),
            None => Err(Failure::MissingData(format!("清单没有声明事实 {name}"))),
        }
    }

    /// A figure that the manifest asked for; 0 when the ticket does not say what is to be
    /// alike, for example because it has no estate.
    ///
    /// # Errors
    /// The manifest did not ask for it.
    pub fn count_or_zero(&self, name: &str) -> Result<u32, Failure> {
        match self.facts.iter().find(|fact| fact.name == name).map(|fact| &fact.value) {
            Some(FactValue::Unavailable(_)) => Ok(0),
            _ => self.count(name),
        }
    }

    /// The ticket.
    ///
    /// # Errors
    /// There is none: the event is a periodic review.
    pub fn ticket(&self) -> Result<&Ticket, Failure> {
        self.ticket.as_ref().ok_or_else(|| Failure::MissingData("定期研判没有工单".into()))
    }
}

impl Moment {
    /// The date as `2024-11-05`, which sorts as text.
    #[must_use]
    pub fn date(&self) -> String {
        format!("{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }

    /// Whether it is known to be a working day.
    #[must_use]
    pub fn is_working_day(&self) -> bool {
        self.day_kind == DayKind::WorkingDay
    }
}

impl Ticket {
    /// An extra field of the rule's own namespace.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Value> {
        find(&self.fields, name)
    }
}
