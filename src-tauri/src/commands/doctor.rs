//! The doctor: each check is told as it begins and ends.

use super::Room;
use crate::doctor::Doctor;
use crate::events::{Check, DoctorView, ErrorCard};
use tauri::ipc::Channel;

#[tauri::command]
pub async fn run_doctor(doctor: Room<'_, Doctor>, progress: Channel<Check>) -> Result<DoctorView, ErrorCard> {
    Ok(doctor.run(|check| drop(progress.send(check))).await)
}

/// The one small request, which costs points.
#[tauri::command]
pub async fn run_paid_check(
    doctor: Room<'_, Doctor>,
    progress: Channel<Check>,
) -> Result<DoctorView, ErrorCard> {
    Ok(doctor.ask(|check| drop(progress.send(check))).await)
}

#[tauri::command]
pub async fn stop_doctor(doctor: Room<'_, Doctor>) -> Result<(), ErrorCard> {
    doctor.stop();
    Ok(())
}
