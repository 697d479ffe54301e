//! Files where it is told what becomes of them: those of a project are known to every chat of it.

use super::Chat;
use super::outgoing::attachments::view;
use crate::errors::{FileProblem, Refusal};
use crate::events::{AttachmentView, LARGEST_FILE, ProjectFiles};
use crate::library::{DraftPlace, FilePlace, LibraryError};

impl Chat {
    pub async fn project_files(&self, project: i64) -> Result<ProjectFiles, Refusal> {
        Ok(ProjectFiles {
            files: self.library.project_files(project).await?.into_iter().map(view).collect(),
            largest: i64::try_from(LARGEST_FILE).unwrap_or(i64::MAX),
        })
    }

    pub async fn add_project_file(
        &self,
        project: i64,
        name: &str,
        bytes: Result<Vec<u8>, FileProblem>,
    ) -> Result<AttachmentView, Refusal> {
        // It may be gone by now.
        self.library.project(project).await?;
        let added = self.outgoing.add_attachment(FilePlace::Project(project), name, bytes).await?;
        self.announce_projects().await;
        Ok(added)
    }

    pub async fn delete_project_file(&self, id: i64) -> Result<(), Refusal> {
        self.library.delete_project_file(id).await?;
        self.announce_projects().await;
        Ok(())
    }

    pub async fn remove_attachment(&self, id: i64) -> Result<(), Refusal> {
        self.outgoing.remove_attachment(id).await?;
        self.tell_of(id).await
    }

    pub async fn include_attachment(&self, id: i64, on: bool) -> Result<AttachmentView, Refusal> {
        let file = self.outgoing.include_attachment(id, on).await?;
        self.tell_of(id).await?;
        Ok(file)
    }

    pub async fn shrink_attachment(&self, id: i64) -> Result<AttachmentView, Refusal> {
        let file = self.outgoing.shrink_attachment(id).await?;
        self.tell_of(id).await?;
        Ok(file)
    }

    pub async fn leave_out_media(
        &self,
        draft: DraftPlace,
        project: Option<i64>,
        model: Option<&str>,
    ) -> Result<(), Refusal> {
        self.outgoing.leave_out_media(draft, project, model).await?;
        self.announce_projects().await;
        Ok(())
    }

    async fn tell_of(&self, file: i64) -> Result<(), Refusal> {
        match self.library.attachment(file).await {
            Ok(file) if file.project_id.is_none() => {}
            Ok(_) => self.announce_projects().await,
            // It was a draft's, and went.
            Err(LibraryError::Missing(_)) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }
}
