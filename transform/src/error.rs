//! What stops the work: a file of the view that cannot be read, or a frame that polars refuses. A rule that cannot run is
//! not an error of this kind: it is a finding whose verdict is `error`.

/// French: reads as the end of « impossible de … ».
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    #[error("{doing}: {source}")]
    Frame {
        /// What was being done, on what: « lire la vue de rpu ».
        doing: String,
        #[source]
        source: polars::error::PolarsError,
    },
    #[error("{0}")]
    Request(String),
    /// A release that a blocking check keeps in: which, and what it found.
    #[error("diffusion refusée, {0}")]
    Disclosure(String),
}

impl Error {
    /// For `map_err`: names what was being done.
    pub fn frame(doing: impl Into<String>) -> impl FnOnce(polars::error::PolarsError) -> Error {
        let doing = doing.into();
        move |source| Error::Frame { doing, source }
    }
}
