"""What forms and the admin are made of: fields that tidy what people type, widgets drawn without templates."""
