"""The wording of questionnaires: imported with its licence, put before patients, refused where no licence allows it."""
