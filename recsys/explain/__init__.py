"""Why and where: texts compared, the catalogue drawn, scores taken apart."""
