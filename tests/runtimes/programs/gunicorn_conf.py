"""What all the tests of gunicorn have in common. An old gunicorn passes over what it has not."""

workers = 2
control_socket_disable = True  # it is in the home folder, and every gunicorn's
