//! The key file (密钥文件): named by the operator, or made at the first start in the data folder,
//! for the service's own user alone. It is read again when it has changed, so that a new key is
//! in use everywhere before anything is sealed again under it.

use crate::store::vault_keys::Disagreement;
use crate::store::{Store, StoreError, make_private};
use chuishao_domain::calendar::civil;
use chuishao_domain::vault::keys::{KEY_BYTES, KeyFileError, KeyRing};
use jiff::Timestamp;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;
use tokio::sync::Mutex;
use zeroize::Zeroizing;

/// The file's name in the data folder.
const FILE_NAME: &str = "vault.keys";

/// Why the keys cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// The file cannot be read or made.
    #[error("密钥文件 {path:?} 不可用，请检查路径和权限 (the key file cannot be used)")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// The file cannot be understood.
    #[error("密钥文件 {path:?} 有误：{cause}")]
    Content {
        /// Which.
        path: PathBuf,
        /// What is wrong. It repeats nothing of the file.
        cause: KeyFileError,
    },
    /// The vault has been used, and its keys are not here.
    #[error(
        "数据库中已有来电人记录，但没有密钥文件 {0:?}：请用 --vault-keys 指明原来的密钥文件；\
         多台服务器共用一个数据库时须用同一个文件 (the vault is in use and its key file is missing)"
    )]
    Missing(PathBuf),
    /// Another key under the same id.
    #[error(
        "密钥文件 {path:?} 中编号为 {id} 的密钥与数据库使用的不是同一个：请换用原来的密钥文件；\
         多台服务器共用一个数据库时须用同一个文件 (another key stands under this id)"
    )]
    Another {
        /// Which.
        path: PathBuf,
        /// 密钥编号
        id: String,
    },
    /// A key that rows are sealed under is missing.
    #[error(
        "密钥文件 {path:?} 缺少密钥 {id}，仍有来电人记录由它加密：请补回该行，\
         或先用原来的文件运行 chuishao vault reseal (records are sealed under a key that the file lacks)"
    )]
    Lacks {
        /// Which.
        path: PathBuf,
        /// 密钥编号
        id: String,
    },
    /// The machine gives no chance.
    #[error("系统不能提供随机数，无法生成密钥 (no random numbers)")]
    NoChance(#[from] getrandom::Error),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What tells whether a file has changed.
type Stamp = (SystemTime, u64);

struct Loaded {
    ring: Arc<KeyRing>,
    stamp: Option<Stamp>,
}

/// The keys of a vault.
pub struct Keys {
    path: PathBuf,
    store: Store,
    loaded: Mutex<Loaded>,
}

/// The keys of a file, compared with those that a vault was used with, for who only reads.
///
/// # Errors
/// The file cannot be used, or its keys are not those of this database.
pub async fn read(store: &Store, path: &Path) -> Result<Arc<KeyRing>, KeysError> {
    let ring = parse(path)?;
    agreed(path, store.compare_keys(&ring).await?)?;
    Ok(Arc::new(ring))
}

/// Where the key file of a data folder is, unless another is named.
#[must_use]
pub fn file_in(data: &Path) -> PathBuf {
    data.join(FILE_NAME)
}

impl Keys {
    /// Reads the named file, or the data folder's own, which is made when the vault is new.
    ///
    /// # Errors
    /// The file cannot be used, or its keys are not those of this database.
    pub async fn open(store: &Store, named: Option<&Path>, data: &Path) -> Result<Self, KeysError> {
        let path = named.map_or_else(|| file_in(data), Path::to_owned);
        if named.is_none() && !path.exists() {
            if !store.known_keys().await?.is_empty() {
                return Err(KeysError::Missing(path));
            }
            make(&path)?;
            tracing::warn!(
                file = %path.display(),
                "已生成来电人保险库密钥文件，请另行妥善备份，不要与数据库放在一起：丢失后来电人信息不能再解开 (a key file was made)"
            );
        }
        let loaded = Mutex::new(load(store, &path).await?);
        Ok(Self { path, store: store.clone(), loaded })
    }

    /// The keys as the file now has them. A file that was spoilt meanwhile is said, and the keys
    /// that were read before stay in use.
    pub async fn ring(&self) -> Arc<KeyRing> {
        let mut loaded = self.loaded.lock().await;
        let now = stamp(&self.path);
        if now.is_some() && now != loaded.stamp {
            match load(&self.store, &self.path).await {
                Ok(again) => *loaded = again,
                Err(error) => tracing::error!(error = %error, "the changed key file is not used"),
            }
        }
        loaded.ring.clone()
    }
}

fn stamp(path: &Path) -> Option<Stamp> {
    let metadata = std::fs::metadata(path).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}

async fn load(store: &Store, path: &Path) -> Result<Loaded, KeysError> {
    // Before the content: what is written while it is read is read again.
    let stamp = stamp(path);
    let ring = parse(path)?;
    agreed(path, store.agree_on_keys(&ring).await?)?;
    Ok(Loaded { ring: Arc::new(ring), stamp })
}

fn parse(path: &Path) -> Result<KeyRing, KeysError> {
    let text = Zeroizing::new(std::fs::read_to_string(path).map_err(|cause| file_error(path, cause))?);
    let ring = KeyRing::parse(&text).map_err(|cause| KeysError::Content { path: path.to_owned(), cause })?;
    warn_of_readers(path);
    Ok(ring)
}

fn agreed(path: &Path, compared: Result<(), Disagreement>) -> Result<(), KeysError> {
    let path = path.to_owned();
    compared.map_err(|disagreement| match disagreement {
        Disagreement::Another(id) => KeysError::Another { path, id },
        Disagreement::Lacks(id) => KeysError::Lacks { path, id },
    })
}

fn file_error(path: &Path, cause: io::Error) -> KeysError {
    KeysError::File { path: path.to_owned(), cause }
}

/// A file that others may read is used all the same: some ways of handing out secrets leave no
/// choice.
fn warn_of_readers(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let open = std::fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0);
        if open {
            tracing::warn!(file = %path.display(), "密钥文件可被其他用户读取，请改为 chmod 600 (others may read the key file)");
        }
    }
}

/// Makes a file with one key, whole or not at all; one that another server made meanwhile stays.
fn make(path: &Path) -> Result<(), KeysError> {
    let mut secret = Zeroizing::new([0; KEY_BYTES]);
    getrandom::fill(&mut *secret)?;
    let mut digits = Zeroizing::new(String::with_capacity(2 * KEY_BYTES));
    for byte in *secret {
        digits.extend([byte >> 4, byte & 15].map(|nibble| char::from_digit(nibble.into(), 16).unwrap_or('0')));
    }
    let today = civil(Timestamp::now()).date();
    let text = Zeroizing::new(format!("# 来电人保险库密钥。只增行，最后一行为现用密钥。\n{today} {}\n", *digits));
    let partial = path.with_extension(format!("{}.partial", std::process::id()));
    let made = write_privately(&partial, text.as_bytes()).and_then(|()| std::fs::hard_link(&partial, path));
    // Nothing is lost if it stays: it is no name that anything reads.
    let _ = std::fs::remove_file(&partial);
    match made {
        Err(cause) if cause.kind() != io::ErrorKind::AlreadyExists => Err(file_error(path, cause)),
        _ => Ok(()),
    }
}

fn write_privately(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        make_private(folder)?;
    }
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
