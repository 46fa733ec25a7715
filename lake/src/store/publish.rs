//! Results and releases: folders that appear whole, by one rename.

use std::path::{Path, PathBuf};

use super::Store;
use super::error::{Result, StoreError};
use super::files;
use super::layout::is_plain_name;
use super::writer::Writer;
use crate::release::{Audience, Release};
use crate::results::{self, Execution, Results};
use crate::retour::Retour;

/// Each site reads its own, and no other.
const RETURNS: &str = "etablissement";

/// One file for each release that a published document was made from.
const PUBLISHED: &str = "publiees";

/// The runs, one a line, the last computed last. A rank and no instant: the same commands leave the same bytes.
const ORDER: &str = "ordre";

impl Writer {
    /// Publishes the results of a run in `results/<run>/`, in the place of those it may have had. Returns the folder.
    pub fn publish_results(&self, run: &str, results: &Results) -> Result<PathBuf> {
        let to = self.layout.results(plain(run)?);
        let folder = self.publish_folder(&to, |aside| Ok(results::write_results(aside, run, results)?))?;
        let order = self.layout.results(ORDER);
        let mut computed = order_of_computation(&order)?;
        computed.retain(|known| known != run);
        computed.push(run.to_owned());
        let text = format!("{}\n", computed.join("\n"));
        files::publish_bytes(&self.layout.staging(), &order, text.as_bytes())?;
        Ok(folder)
    }

    /// Publishes a release in `releases/<audience>/<id>/`. Returns the folder.
    pub fn publish_release(&self, release: &Release) -> Result<PathBuf> {
        let id = plain(&release.frame.id)?;
        let to = self.layout.releases().join(release.frame.audience.as_str()).join(id);
        self.publish_folder(&to, |aside| Ok(results::write_release(aside, release)?))
    }

    /// Publishes the quality returns of a run in `releases/etablissement/<id>/`, one file for each site. Returns the folder.
    pub fn publish_returns(&self, id: &str, returns: &[Retour]) -> Result<PathBuf> {
        let to = self.layout.releases().join(RETURNS).join(plain(id)?);
        self.publish_folder(&to, |aside| Ok(results::write_returns(aside, returns)?))
    }

    /// Notes that a document made from a release is published: what the release masks stays masked from now on.
    pub fn note_published(&self, audience: Audience, id: &str, document: &str) -> Result<()> {
        let folder = self.layout.releases().join(PUBLISHED).join(audience.as_str());
        files::create_folder(&folder)?;
        let to = folder.join(plain(id)?);
        files::publish_bytes(&self.layout.staging(), &to, format!("{document}\n").as_bytes())
    }

    fn publish_folder(&self, to: &Path, write: impl FnOnce(&Path) -> Result<()>) -> Result<PathBuf> {
        let aside = self.layout.staging().join("dossier");
        let former = self.layout.staging().join("dossier-remplace");
        files::remove(&aside)?;
        files::remove(&former)?;
        files::create_folder(&aside)?;
        write(&aside)?;
        for file in files::files_under(&aside)? {
            files::make_private(&file).map_err(StoreError::io("protection de", &file))?;
            files::sync_file(&file)?;
        }
        files::sync_folder(&aside)?;
        if to.exists() {
            files::rename_into_place(to, &former)?;
        }
        files::rename_into_place(&aside, to)?;
        files::remove(&former)?;
        files::sync_folders_of(self.layout.root(), std::iter::once(to))?;
        Ok(to.to_owned())
    }
}

impl Store {
    /// What was computed on this lake and is still published, by instant of the data; on the same data, the last computed last.
    pub fn executions(&self) -> Result<Vec<Execution>> {
        let folders = files::entries(&self.layout.root().join("results"))?;
        // Accounts of purges stand there too.
        let noted = folders.iter().filter(|folder| folder.join(results::EXECUTION).exists());
        let read: std::result::Result<Vec<Execution>, _> = noted.map(|folder| results::read_execution(folder)).collect();
        let mut executions = read?;
        let computed = order_of_computation(&self.layout.results(ORDER))?;
        // Runs computed before the order was kept come first.
        let rank = |run: &str| computed.iter().position(|known| known == run);
        executions.sort_by_cached_key(|execution| (execution.as_of, rank(&execution.run), execution.run.clone()));
        Ok(executions)
    }

    /// Folder of the results of a run, when they are published.
    pub fn results(&self, run: &str) -> Option<PathBuf> {
        let folder = self.layout.results(plain(run).ok()?);
        folder.is_dir().then_some(folder)
    }

    /// Folder of a release, when it is published.
    pub fn release(&self, audience: Audience, id: &str) -> Option<PathBuf> {
        let folder = self.layout.releases().join(audience.as_str()).join(plain(id).ok()?);
        folder.is_dir().then_some(folder)
    }

    /// Folder of the quality returns of that name, when they are published.
    pub fn returns(&self, id: &str) -> Option<PathBuf> {
        let folder = self.layout.releases().join(RETURNS).join(plain(id).ok()?);
        folder.is_dir().then_some(folder)
    }

    /// Releases for an audience that a published document was made from, and that are still there, sorted.
    pub fn published(&self, audience: Audience) -> Result<Vec<String>> {
        let noted = files::entries(&self.layout.releases().join(PUBLISHED).join(audience.as_str()))?;
        let names = noted.iter().filter_map(|file| file.file_name());
        let names = names.map(|name| name.to_string_lossy().into_owned());
        Ok(names.filter(|id| self.release(audience, id).is_some()).collect())
    }

    /// Published releases: audience and identifier, sorted.
    pub fn releases(&self) -> Result<Vec<(Audience, String)>> {
        let mut found = Vec::new();
        for audience in Audience::ALL {
            for folder in files::entries(&self.layout.releases().join(audience.as_str()))? {
                found.extend(folder.file_name().map(|name| (audience, name.to_string_lossy().into_owned())));
            }
        }
        Ok(found)
    }
}

fn order_of_computation(path: &Path) -> Result<Vec<String>> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(text.lines().map(str::to_owned).collect()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(StoreError::io("lecture de", path)(error)),
    }
}

fn plain(name: &str) -> Result<&str> {
    match is_plain_name(name) {
        true => Ok(name),
        false => Err(StoreError::Refused {
            demand: format!("« {name} » ne peut être le nom d'un dossier : lettres, chiffres, - _ . +"),
        }),
    }
}
