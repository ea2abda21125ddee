//! Files that a browser sends (上传): what was typed beside them, and what was chosen.

use super::form::Filled;
use axum::extract::Multipart;
use axum::extract::multipart::MultipartError;

/// A file as it was chosen.
pub struct File {
    /// Its name without its folder.
    pub name: String,
    pub bytes: Vec<u8>,
}

impl File {
    /// Its text, if it is UTF-8; the line breaks are those that a form gives back.
    pub fn text(self) -> Option<String> {
        String::from_utf8(self.bytes).ok().map(|text| text.replace("\r\n", "\n"))
    }
}

/// A form with files.
#[derive(Default)]
pub struct Uploaded {
    pub filled: Filled,
    pub files: Vec<File>,
}

/// Reads a form; a field in which no file was chosen is none.
pub async fn uploaded(mut form: Multipart) -> Result<Uploaded, MultipartError> {
    let mut uploaded = Uploaded::default();
    while let Some(field) = form.next_field().await? {
        let name = field.name().unwrap_or_default().to_owned();
        match field.file_name().map(base_name) {
            Some(file) if file.is_empty() => {}
            Some(file) => uploaded.files.push(File { name: file, bytes: field.bytes().await?.to_vec() }),
            None => uploaded.filled.0.push((name, field.text().await?)),
        }
    }
    Ok(uploaded)
}

fn base_name(path: &str) -> String {
    path.rsplit(['/', '\\']).next().unwrap_or_default().to_owned()
}
