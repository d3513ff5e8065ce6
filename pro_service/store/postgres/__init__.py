"""What PostgreSQL is told beyond tables: triggers, functions and rights, made anew after every migration."""
